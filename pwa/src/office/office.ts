/** The office's pages in one chunk of their own, fetched when first asked for. */
export { default } from '../floor/board/Board';
