// One small fact about the deployment.

/** The setting's value; null when it was never written. */
export function readSetting(db: D1Database, key: string): Promise<string | null> {
  return db.prepare("SELECT value FROM settings WHERE key = ?1").bind(key).first<string>("value");
}
