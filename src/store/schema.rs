//! The tables as the migrations leave them, in the types both databases share.

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    log_head (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Text,
        reference -> BigInt,
        directory_id -> Text,
    }
}

diesel::table! {
    change (seq) {
        seq -> BigInt,
        facility -> Text,
        actor -> BigInt,
        submission -> Nullable<BigInt>,
        at -> BigInt,
        hash -> Text,
        body -> Nullable<Text>,
    }
}
