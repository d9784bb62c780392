CREATE TABLE `rollups` (
	`grain_ms` integer NOT NULL,
	`bucket_at` integer NOT NULL,
	`project_id` text NOT NULL,
	`plugin_name` text NOT NULL,
	`kind` text NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	`retries` integer NOT NULL,
	`cold_starts` integer NOT NULL,
	`sum_ms` integer NOT NULL,
	`le_5` integer NOT NULL,
	`le_10` integer NOT NULL,
	`le_25` integer NOT NULL,
	`le_50` integer NOT NULL,
	`le_100` integer NOT NULL,
	`le_250` integer NOT NULL,
	`le_500` integer NOT NULL,
	`le_1000` integer NOT NULL,
	`le_2500` integer NOT NULL,
	`le_5000` integer NOT NULL,
	`le_10000` integer NOT NULL,
	`le_30000` integer NOT NULL,
	`le_60000` integer NOT NULL,
	`le_300000` integer NOT NULL,
	`le_inf` integer NOT NULL,
	PRIMARY KEY(`grain_ms`, `bucket_at`, `project_id`, `plugin_name`, `kind`, `outcome`)
);
--> statement-breakpoint
ALTER TABLE `runs` ADD `cold_start` integer;--> statement-breakpoint
CREATE INDEX `plugins_archived` ON `plugins` (`archived_at`) WHERE archived_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `uploads_by_expiry` ON `uploads` (`expires_at`);