CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_by_hash` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE TABLE `archive_chunks` (
	`upload_id` text NOT NULL,
	`position` integer NOT NULL,
	`content` blob NOT NULL,
	PRIMARY KEY(`upload_id`, `position`)
);
--> statement-breakpoint
CREATE TABLE `uploads` (
	`id` text PRIMARY KEY NOT NULL,
	`plugin_name` text NOT NULL,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`received_at` integer
);
--> statement-breakpoint
CREATE INDEX `uploads_by_plugin` ON `uploads` (`plugin_name`,`created_at`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`version_id` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`header` text
);
--> statement-breakpoint
ALTER TABLE `versions` ADD `kind` text DEFAULT 'code' NOT NULL;