import { sameOnPage } from './same-on-page.ts';

sameOnPage((place) => place % 2 === 1);
