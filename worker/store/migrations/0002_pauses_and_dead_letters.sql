CREATE TABLE `pauses` (
	`project_id` text NOT NULL,
	`plugin_name` text NOT NULL,
	`state` text NOT NULL,
	`reason` text NOT NULL,
	`since` integer NOT NULL,
	`until` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `plugin_name`)
);
--> statement-breakpoint
ALTER TABLE `deliveries` ADD `dead_reason` text;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `settled` text;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `replay_of` text;--> statement-breakpoint
CREATE INDEX `dead_letters` ON `deliveries` (`created_at`) WHERE state = 'dead' AND settled IS NULL;--> statement-breakpoint
ALTER TABLE `projects` ADD `keeps_payloads` integer DEFAULT true NOT NULL;