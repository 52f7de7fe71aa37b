import{assertImage as a}from"./doors.js";export{a as assertImage};
