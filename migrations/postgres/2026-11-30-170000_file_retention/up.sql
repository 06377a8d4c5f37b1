-- Files of drafts and of what was rejected are deleted after a while; what was decided stays.
alter table submission add column touched_at bigint; -- when its owner last changed it; null: since it came
alter table submission add column file_deleted_at bigint;
