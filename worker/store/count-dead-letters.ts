// How many deliveries ended badly and wait for somebody to decide.
import { drizzle } from "drizzle-orm/d1";
import { deadLetterCondition, type DeadLetterFilter } from "./dead-letter-condition.ts";
import { deliveries } from "./history-schema.ts";

/** The number of dead letters a filter means. */
export function countDeadLetters(db: D1Database, filter: DeadLetterFilter): Promise<number> {
  return drizzle(db).$count(deliveries, deadLetterCondition(filter));
}
