import { type ReactElement, useMemo, useState } from "react";

import { Dialog } from "../ui";
import { pictureOf, type PictureTheme } from "./picture";
import { type Asked, savePicture, useAskedPicture } from "./savePicture";

/** Asks how a picture of the graph should look, shows it, and saves it. */
export function PictureDialog(): ReactElement | null {
  const { asked } = useAskedPicture();
  return asked ? <Choice asked={asked} /> : null;
}

function Choice({ asked }: { asked: Asked }): ReactElement {
  const [format, setFormat] = useState(asked.format);
  const [theme, setTheme] = useState<PictureTheme>(
    document.documentElement.dataset["theme"] === "light" ? "light" : "dark",
  );
  const [part, setPart] = useState(asked.only.length > 0);
  const only = part ? asked.selected : [];
  const { svg, width, height } = useMemo(
    () => pictureOf(asked.graph, asked.layout, theme, part ? asked.selected : []),
    [asked, theme, part],
  );
  const leave = (): void => {
    useAskedPicture.setState({ asked: null });
  };
  const choice = <T extends string>(
    legend: string,
    value: T,
    options: readonly [T, string][],
    set: (value: T) => void,
  ) => (
    <fieldset className="segments" role="radiogroup" aria-label={legend}>
      {options.map(([key, word]) => (
        <label key={key} className={key === value ? "on" : ""}>
          <input
            type="radio"
            name={legend}
            checked={key === value}
            onChange={() => {
              set(key);
            }}
          />
          {word}
        </label>
      ))}
    </fieldset>
  );
  return (
    <Dialog
      title={`Picture of ${asked.name}`}
      className="picture-dialog"
      onClose={leave}
      footer={
        <>
          <span className="dim">
            {width} × {height}
          </span>
          <span className="grow" />
          <button type="button" className="button" onClick={leave}>
            Cancel
          </button>
          <button
            type="button"
            className="button primary"
            data-autofocus
            onClick={() => {
              void savePicture({ ...asked, only }, format, theme);
              leave();
            }}
          >
            Save…
          </button>
        </>
      }
    >
      <div className="picture-choices">
        {choice(
          "Format",
          format,
          [
            ["svg", "SVG"],
            ["png", "PNG"],
          ],
          setFormat,
        )}
        {choice(
          "Theme",
          theme,
          [
            ["light", "Light"],
            ["dark", "Dark"],
          ],
          setTheme,
        )}
        {asked.selected.length > 0
          ? choice(
              "Part",
              part ? "selection" : "all",
              [
                ["all", "Whole workflow"],
                ["selection", "Selection"],
              ],
              (value) => {
                setPart(value === "selection");
              },
            )
          : null}
      </div>
      <img
        className="picture-preview"
        alt="What will be saved"
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
      />
    </Dialog>
  );
}
