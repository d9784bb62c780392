ALTER TABLE `activations` ADD `shadow` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `mode` text;