export { iconOf, kindWord, serviceOf, StateIcon, type Tone, toneOf } from "./look";
