/** One line of the log; all of it leads to the call's story. */
import { memo } from "react";
import type { UsageLog } from "../../../../src/client/log-methods.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import {
  clockTime,
  count,
  duration,
  exactly,
  exactMoney,
  exactTime,
  money,
  shortDay,
} from "../../parts/format.ts";
import { providerColour } from "../../parts/provider-colours.ts";
import classes from "./calls.module.css";

export const CallRow = memo(function CallRow({
  line,
  address,
  keyName,
  rowNumber,
}: {
  readonly line: UsageLog;
  /** Of the call's story. */
  readonly address: string;
  readonly keyName: string;
  readonly rowNumber: number;
}) {
  const { model_used: model, status, status_code: code, error_message: problem } = line;
  return (
    <tr aria-rowindex={rowNumber} className={classes["row"]}>
      <th scope="row">
        {/* The table goes there: a router's link for each row is what makes scrolling slow. */}
        <a href={address} className={classes["link"]}>
          <time dateTime={line.timestamp} title={exactTime(line.timestamp)}>
            {shortDay(line.timestamp)}, {clockTime(line.timestamp)}
          </time>
        </a>
      </th>
      <td title={line.provider}>
        <span
          className={classes["dot"]}
          style={{ background: providerColour(line.provider) }}
          aria-hidden
        />
        {providerTitle(line.provider)}
      </td>
      <td title={model ?? ""}>{model}</td>
      <td title={line.operation}>{line.operation}</td>
      <td title={keyName}>{keyName}</td>
      <td title={problem ?? `${code}`} data-status={status}>
        {status === "failed" ? `${code} failed` : code}
      </td>
      <td className="figures" title={exactly(line.tokens_input)}>
        {count(line.tokens_input)}
      </td>
      <td className="figures" title={exactly(line.tokens_output)}>
        {count(line.tokens_output)}
      </td>
      <td className="figures" title={exactMoney(line.cost_total)}>
        {money(line.cost_total)}
      </td>
      {line.response_time === 0 ? (
        <td className="figures" title="not recorded">
          –
        </td>
      ) : (
        <td className="figures">{duration(line.response_time)}</td>
      )}
    </tr>
  );
});
