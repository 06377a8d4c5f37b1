//! The tables as the migrations leave them, in the types both databases share.

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
        role -> Nullable<Text>,
        folded -> Nullable<Text>,
        area -> Nullable<Text>,
        password -> Nullable<Text>,
        password_is_temporary -> Bool,
        password_at -> Nullable<BigInt>,
        second_factor -> Nullable<Text>,
        second_factor_step -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    session (hash) {
        hash -> Text,
        actor -> BigInt,
        csrf -> Text,
        created_at -> BigInt,
        used_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    device (hash, actor) {
        hash -> Text,
        actor -> BigInt,
        used_at -> BigInt,
    }
}

diesel::table! {
    token (id) {
        id -> BigInt,
        actor -> BigInt,
        hash -> Text,
        hint -> Text,
        scope -> Text,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sign_in_failure (id) {
        id -> BigInt,
        subject -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    report_sender (id) {
        id -> BigInt,
        sender -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    submission (id) {
        id -> BigInt,
        kind -> Text,
        state -> Text,
        revision -> BigInt,
        actor -> BigInt,
        token -> Nullable<BigInt>,
        area -> Nullable<Text>,
        file_name -> Nullable<Text>,
        bytes -> Binary,
        work -> Text,
        summary -> Text,
        base_seq -> BigInt,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        note -> Nullable<Text>,
        first_seq -> Nullable<BigInt>,
        last_seq -> Nullable<BigInt>,
        contact -> Nullable<Text>,
        told_at -> Nullable<BigInt>,
        touched_at -> Nullable<BigInt>,
        file_deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    matching (area, header) {
        area -> Text,
        header -> Text,
        fields -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    idempotency (actor, key) {
        actor -> BigInt,
        key -> Text,
        request -> Text,
        at -> BigInt,
        submission -> BigInt,
        status -> Nullable<BigInt>,
        body -> Nullable<Binary>,
    }
}

diesel::table! {
    redaction (id) {
        id -> BigInt,
        seq -> BigInt,
        field -> Text,
        reason -> Text,
        actor -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    population (primary_mesh) {
        primary_mesh -> Text,
        source -> Text,
        squares -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    projection (district) {
        district -> Text,
        source -> Text,
        squares -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    address_area (district) {
        district -> Text,
        source -> Text,
        blocks -> BigInt,
        reference -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    address_block (district, town) {
        district -> Text,
        town -> Text,
        blocks -> Text,
    }
}

diesel::table! {
    boundary (prefecture) {
        prefecture -> Text,
        source -> Text,
        districts -> Text,
        reference -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    railway (id) {
        id -> Integer,
        source -> Text,
        stations -> Text,
        lines -> Text,
        reference -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    official_file (digest) {
        digest -> Text,
        name -> Text,
        size -> BigInt,
        modified -> BigInt,
        sort -> Text,
        at -> BigInt,
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

diesel::allow_tables_to_appear_in_same_query!(users, session, token);
