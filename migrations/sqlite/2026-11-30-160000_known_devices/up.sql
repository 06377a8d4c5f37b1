-- Browsers in which somebody has signed in: guesses of others never make them wait.
create table device (
    hash text not null check (length(hash) = 64), -- SHA-256 of the cookie's value
    actor integer not null references users (id) on delete cascade,
    used_at integer not null,
    primary key (hash, actor)
) strict;
