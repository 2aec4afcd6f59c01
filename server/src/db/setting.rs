//! What an administrator has ordered: rows of `paused_class`.

use sqlx::SqliteExecutor;
use web::model::TaskClass;

use super::DbError;

/// Classes that are paused.
pub async fn paused(db: impl SqliteExecutor<'_>) -> Result<Vec<TaskClass>, DbError> {
    let names: Vec<String> = sqlx::query_scalar("SELECT class FROM paused_class").fetch_all(db).await?;
    Ok(names.iter().filter_map(|name| TaskClass::from_name(name)).collect())
}

/// Pauses a class, or lets it go on.
pub async fn set_paused(db: impl SqliteExecutor<'_>, class: TaskClass, paused: bool) -> Result<(), DbError> {
    let statement = if paused {
        "INSERT INTO paused_class (class) VALUES (?) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM paused_class WHERE class = ?"
    };
    sqlx::query(statement).bind(class.name()).execute(db).await?;
    Ok(())
}
