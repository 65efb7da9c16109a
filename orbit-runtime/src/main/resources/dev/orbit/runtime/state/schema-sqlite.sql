CREATE TABLE IF NOT EXISTS orbit_schema (version INTEGER NOT NULL);
INSERT INTO orbit_schema (version) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM orbit_schema);
CREATE TABLE IF NOT EXISTS orbit_state (
  cluster_name TEXT NOT NULL,
  actor_type TEXT NOT NULL,
  key_kind INTEGER NOT NULL,
  actor_key TEXT NOT NULL,
  state_name TEXT NOT NULL,
  fence_view INTEGER NOT NULL,
  fence_counter INTEGER NOT NULL,
  version INTEGER NOT NULL,
  value BLOB,
  PRIMARY KEY (cluster_name, actor_type, key_kind, actor_key, state_name)
);
CREATE TABLE IF NOT EXISTS orbit_reminder (
  cluster_name TEXT NOT NULL,
  actor_type TEXT NOT NULL,
  key_kind INTEGER NOT NULL,
  actor_key TEXT NOT NULL,
  reminder_name TEXT NOT NULL,
  partition_number INTEGER NOT NULL,
  registration TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  due_millis INTEGER NOT NULL,
  schedule TEXT NOT NULL,
  PRIMARY KEY (cluster_name, actor_type, key_kind, actor_key, reminder_name)
);
CREATE INDEX IF NOT EXISTS orbit_reminder_due ON orbit_reminder (cluster_name, partition_number, due_millis);
