// Workflows of any size, for measurements in the browser and in the window.

/** A chain with choices that lead ahead, every twentieth state a Parallel of two branches. */
export function workflow(size) {
  const names = Array.from({ length: size }, (_, index) => `State ${String(index + 1)}`);
  const States = {};
  names.forEach((name, index) => {
    const next = names[index + 1];
    const on = next === undefined ? { End: true } : { Next: next };
    if (index % 20 === 19) {
      const branch = (word) => ({
        StartAt: `${name} ${word}`,
        States: { [`${name} ${word}`]: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", End: true } },
      });
      States[name] = { Type: "Parallel", Branches: [branch("left"), branch("right")], ...on };
    } else if (index % 7 === 6 && next !== undefined) {
      const target = names[Math.min(size - 1, index + 4)];
      States[name] = {
        Type: "Choice",
        Choices: [{ Variable: "$.total", NumericGreaterThan: index, Next: target }],
        Default: next,
      };
    } else
      States[name] = {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: `step-${String(index)}` },
        ...on,
      };
  });
  return JSON.stringify({ StartAt: names[0], States }, null, 2);
}

/** The same shape of states that do nothing, so that steps are all that takes time. */
export function withoutCalls(definition) {
  const calm = (state) => {
    if (state.Type === "Task") {
      const { Next, End } = state;
      return { Type: "Pass", ...(End ? { End } : { Next }) };
    }
    if (state.Branches)
      return {
        ...state,
        ResultPath: null,
        Branches: state.Branches.map((branch) => ({
          ...branch,
          States: Object.fromEntries(Object.entries(branch.States).map(([name, inner]) => [name, calm(inner)])),
        })),
      };
    return state;
  };
  const { StartAt, States } = JSON.parse(definition);
  const quiet = Object.fromEntries(Object.entries(States).map(([name, state]) => [name, calm(state)]));
  // What the choices look at.
  quiet[StartAt].Result = { total: 0 };
  return JSON.stringify({ StartAt, States: quiet });
}

/** A chain of Pass states. */
export const chain = (size) => ({
  StartAt: "S1",
  States: Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      `S${String(index + 1)}`,
      { Type: "Pass", ...(index + 1 < size ? { Next: `S${String(index + 2)}` } : { End: true }) },
    ]),
  ),
});

/** The value below which this share of the values lies. */
export const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
