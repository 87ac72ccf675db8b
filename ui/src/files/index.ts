export { Browser, useLastFolder } from "./Browser";
