/* SPDX-License-Identifier: GPL-3.0-or-later */
import { strings } from '../strings';

/** Before a meeting on a server with the "bank or clinic" profile. */
export function HighCare() {
  const text = strings.care.high;
  return (
    <section class="care-note care-high" aria-labelledby="high-care" data-care="high">
      <h2 id="high-care">{text.title}</h2>
      <p>{text.lead}</p>
      <ul>
        {text.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </section>
  );
}
