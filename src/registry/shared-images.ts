/** Images that nothing shared with others before one more GET is likely to be of yet another. */
const UNLIKELY = 8;
const MAX = 2 * UNLIKELY;

/**
 * Whether many tags of a repository share few images. Then a HEAD says that an image is known already, and spares a
 * GET. Where each tag has an image of its own, it only costs a request and its round trip.
 */
export class SharedImages {
  readonly #areHeadsFree: boolean;
  /** How many more were new lately than were known. */
  #new = 0;

  /** @param areHeadsFree the registry limits GETs alone, as Docker Hub does (docs.docker.com/docker-hub/usage/pulls) */
  constructor(areHeadsFree: boolean) {
    this.#areHeadsFree = areHeadsFree;
  }

  get areLikely(): boolean {
    return this.#areHeadsFree || this.#new < UNLIKELY;
  }

  /** Notes what a tag led to. */
  note(isKnown: boolean): void {
    this.#new = Math.min(MAX, Math.max(0, this.#new + (isKnown ? -1 : 1)));
  }
}
