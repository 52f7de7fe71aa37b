const c=165,_=[165],u={2165:((o,t,e)=>{e.d(t,{I9:()=>s,aQ:()=>d,vX:()=>p,xj:()=>n});const n=()=>{},d=()=>{},s=()=>{},p=()=>{}})};export{c as id,_ as ids,u as modules};
