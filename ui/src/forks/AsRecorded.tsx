import type { ReactElement } from "react";

/** Of the definitions that can go on, the one the execution was begun with. */
export function AsRecorded({ chosen, choose }: { chosen: boolean; choose: () => void }): ReactElement {
  return (
    <label className="check">
      <input type="radio" name="version" checked={chosen} onChange={choose} />
      <span>
        As it was recorded<small className="dim"> the same definition once more</small>
      </span>
    </label>
  );
}
