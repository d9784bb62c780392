CREATE TABLE `activations` (
	`plugin_id` text NOT NULL,
	`project_id` text NOT NULL,
	`active` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`plugin_id`, `project_id`)
);
--> statement-breakpoint
CREATE TABLE `artifact_chunks` (
	`hash` text NOT NULL,
	`part` text NOT NULL,
	`position` integer NOT NULL,
	`content` text NOT NULL,
	PRIMARY KEY(`hash`, `part`, `position`)
);
--> statement-breakpoint
CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`plugin_name` text,
	`project_id` text,
	`run_id` text,
	`detail` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_by_plugin` ON `audit` (`plugin_name`,`created_at`);--> statement-breakpoint
CREATE INDEX `audit_by_time` ON `audit` (`created_at`);--> statement-breakpoint
CREATE TABLE `build_errors` (
	`id` integer PRIMARY KEY NOT NULL,
	`plugin_name` text NOT NULL,
	`file` text,
	`line` integer,
	`column` integer,
	`message` text NOT NULL,
	`frame` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `build_errors_by_plugin` ON `build_errors` (`plugin_name`,`created_at`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`project_id` text NOT NULL,
	`plugin_name` text NOT NULL,
	`version_id` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`last_outcome` text,
	`next_attempt_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deliveries_by_event` ON `deliveries` (`event_id`);--> statement-breakpoint
CREATE INDEX `deliveries_by_plugin` ON `deliveries` (`plugin_name`,`created_at`);--> statement-breakpoint
CREATE INDEX `deliveries_by_project` ON `deliveries` (`project_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `deliveries_not_done` ON `deliveries` (`state`,`created_at`) WHERE state <> 'done';--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`type` text NOT NULL,
	`kili_run_id` text,
	`asset_id` text,
	`label_id` text,
	`payload_bytes` integer NOT NULL,
	`delivery_count` integer NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_by_project` ON `events` (`project_id`,`received_at`);--> statement-breakpoint
CREATE INDEX `events_by_time` ON `events` (`received_at`);--> statement-breakpoint
CREATE TABLE `logs` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`line` integer NOT NULL,
	`plugin_name` text NOT NULL,
	`project_id` text NOT NULL,
	`asset_id` text,
	`label_id` text,
	`log_type` text NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `logs_by_run` ON `logs` (`run_id`,`line`);--> statement-breakpoint
CREATE INDEX `logs_by_plugin` ON `logs` (`plugin_name`,`project_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `plugins` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`version_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugins_by_name` ON `plugins` (`name`) WHERE archived_at IS NULL;--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`first_seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`delivery_id` text NOT NULL,
	`event_id` text NOT NULL,
	`project_id` text NOT NULL,
	`plugin_name` text NOT NULL,
	`version_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`outcome_type` text NOT NULL,
	`outcome` text NOT NULL,
	`started_at` integer NOT NULL,
	`wall_ms` integer NOT NULL,
	`cpu_ms` integer,
	`calls` text NOT NULL,
	`dry_run` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `runs_by_delivery` ON `runs` (`delivery_id`);--> statement-breakpoint
CREATE INDEX `runs_by_plugin` ON `runs` (`plugin_name`,`started_at`);--> statement-breakpoint
CREATE INDEX `runs_by_project` ON `runs` (`project_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `runs_by_time` ON `runs` (`started_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `versions` (
	`id` text PRIMARY KEY NOT NULL,
	`plugin_id` text NOT NULL,
	`hash` text NOT NULL,
	`version` text NOT NULL,
	`manifest` text NOT NULL,
	`handlers` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `versions_by_plugin_and_hash` ON `versions` (`plugin_id`,`hash`);