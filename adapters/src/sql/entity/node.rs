use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "nodes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub seen_at: DateTimeUtc,
        pub secret_fingerprint: Option<String>,
    }
}
