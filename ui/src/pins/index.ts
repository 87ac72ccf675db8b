import "./pins.css";

export { pinMenu } from "./menu";
export { PinBadge } from "./PinBadge";
export { PinButton } from "./PinButton";
export { PinsDialog } from "./PinsDialog";
export { followPins, listPins, usePins } from "./store";
