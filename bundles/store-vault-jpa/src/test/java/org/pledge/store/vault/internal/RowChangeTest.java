package org.pledge.store.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.database.Database;
import org.pledge.database.RowChange;
import org.pledge.database.TestDatabase;
import org.pledge.database.Work;

/** In which order PostgreSQL gets what waits to be sent: each row says when it was written. */
final class RowChangeTest {
    private static final RowChange ONE = adding("one");
    private static final RowChange OTHER = adding("other");
    private static final RowChange REPLACE = new RowChange(
            "update one set value = ?, written = nextval('writing') where id = ?",
            "update one set value = row.value, written = nextval('writing')"
                    + " from unnest(?, ?) as row (value, id) where one.id = row.id",
            List.of("varchar", "int"),
            1);

    private final TestDatabase test = Vaults.UNIT.postgresql();
    private final Database database = test.open();
    private final JpaVaultTransactions transactions = new JpaVaultTransactions(database);

    @AfterEach
    void close() {
        database.close();
        test.close();
    }

    private static RowChange adding(String table) {
        return new RowChange(
                "insert into " + table + " (value, id) values (?, ?)",
                "insert into " + table + " (value, id) select * from unnest(?, ?)",
                List.of("varchar", "int"),
                1);
    }

    private List<String> written(Consumer<Work> changes) {
        return transactions.required(() -> {
            Work work = transactions.current();
            work.update("create temporary sequence writing");
            for (String table : List.of("one", "other")) {
                work.update("create temporary table " + table + " (id int primary key, value varchar(9) not null,"
                        + " written bigint not null default nextval('writing')) on commit drop");
            }
            changes.accept(work);
            List<String> rows = work.query(
                    row -> row.getString(1),
                    "select value from (select value, written from one union all select value, written from other)"
                            + " as row order by written");
            work.update("drop sequence writing cascade");
            return rows;
        });
    }

    @Test
    void moreOfAChangeGoWithItPastOtherKinds() {
        assertThat(written(work -> {
                    work.changeOneLater(ONE, "a", 1);
                    work.changeOneLater(OTHER, "b", 1);
                    work.changeOneLater(ONE, "c", 2);
                    work.changeOneLater(OTHER, "d", 2);
                    work.changeOneLater(ONE, "e", 3);
                }))
                .containsExactly("a", "c", "e", "b", "d");
    }

    @Test
    void nothingGoesPastAStatementThatKeepsItsPlace() {
        assertThat(written(work -> {
                    work.changeOneLater(ONE, "a", 1);
                    work.changeOneLater(OTHER, "b", 1);
                    work.updateLater("insert into other (value, id) values ('c', 7)");
                    work.changeOneLater(ONE, "d", 2);
                    work.changeOneLater(OTHER, "e", 2);
                }))
                .containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aRowIsNotChangedTwiceByOneStatement() {
        assertThat(written(work -> {
                    work.changeOneLater(ONE, "a", 1);
                    work.changeOneLater(ONE, "b", 2);
                    work.changeOneLater(REPLACE, "c", 1);
                    work.changeOneLater(REPLACE, "d", 2);
                    work.changeOneLater(REPLACE, "e", 1);
                }))
                .containsExactly("d", "e");
    }

    @Test
    void oneOfManyThatIsNotThereUndoesAll() {
        assertThatThrownBy(() -> written(work -> {
                    work.changeOneLater(ONE, "a", 1);
                    work.changeOneLater(OTHER, "b", 1);
                    work.changeOneLater(REPLACE, "c", 1);
                    work.changeOneLater(OTHER, "d", 2);
                    work.changeOneLater(REPLACE, "e", 9);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the row that was to be changed does not exist");
    }
}
