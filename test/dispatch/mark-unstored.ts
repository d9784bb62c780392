// Has the journal hand an event over that a test wrote into its tables by hand.

const MARK = `
INSERT INTO unstored SELECT seq, received_at, json_object(
  'facts', json_object('id', id, 'kiliRunId', kili_run_id, 'type', type, 'assetId', asset_id, 'labelId', label_id,
    'receivedAt', received_at),
  'bodyBytes', body_bytes, 'deliveryCount', delivery_count)
FROM event WHERE seq = ?`;

/** The history does not have event `seq` yet. */
export function markUnstored({ sql }: DurableObjectStorage, seq: number): void {
  sql.exec(MARK, seq);
}
