package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.policy.Policy.Holder;
import org.pledge.sharing.SharingService.State;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** What units of work promise. */
public abstract class TransactionsContract extends StoreContract {
    private final List<String> told = new ArrayList<>();

    private StoredAccount account() {
        return new StoredAccount(tenant, SubjectId.random(), "free", Holder.INDIVIDUAL, "DE", 1);
    }

    private boolean exists(StoredAccount account) {
        return in(() -> stores().subjects().account(tenant, account.id()).isPresent());
    }

    @Test
    void returnsWhatTheWorkReturns() {
        assertThat(in(() -> 42).intValue()).isEqualTo(42);
    }

    @Test
    void everyStoreRefusesToWorkOutsideATransaction() {
        SubjectId id = SubjectId.random();
        assertThatThrownBy(() -> stores().subjects().addAccount(account())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().subjects().account(tenant, id)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().subjects().fields(tenant, id)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().consents().nextEpoch(tenant, id)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().consents().log(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().sharing().partners()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().sharing().disclosure(tenant, UUID.randomUUID()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().sharing().inState(tenant, State.QUEUED, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().audit().add(tenant, bytes(3, 1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().audit().links(tenant, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().policies().all()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().keys().epochKey("2026-11")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().keys().removeSubjectKey(tenant, id))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().access().credentials()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stores().access().remove(tenant, "robot")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTransactionEndsWithItsThreadsWork() {
        run(() -> {});
        assertThatThrownBy(() -> stores().policies().all()).isInstanceOf(IllegalStateException.class);
        rollBack(() -> {});
        assertThatThrownBy(() -> stores().policies().all()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void seesItsOwnChangesBeforeTheCommit() {
        StoredAccount account = account();
        run(() -> {
            stores().subjects().addAccount(account);
            assertThat(stores().subjects().account(tenant, account.id())).contains(account);
            assertThat(stores().subjects().touchAccount(tenant, account.id(), 1))
                    .isTrue();
            assertThat(stores().subjects()
                            .account(tenant, account.id())
                            .orElseThrow()
                            .version())
                    .isEqualTo(2);
        });
    }

    @Test
    void rollBackLeavesNothing() {
        StoredAccount account = account();
        rollBack(() -> {
            stores().subjects().addAccount(account);
            stores().audit().add(tenant, bytes(8, 1));
            stores().consents().nextEpoch(tenant, account.id());
        });
        assertThat(exists(account)).isFalse();
        assertThat(in(() -> stores().audit().tenants())).doesNotContain(tenant);
        assertThat(in(() -> stores().consents().lockEpoch(tenant, account.id())))
                .isEmpty();
    }

    @Test
    void rollBackRestoresWhatWasChangedAndRemoved() {
        StoredAccount account = account();
        SubjectId person = SubjectId.random();
        run(() -> {
            stores().subjects().addAccount(account);
            stores().subjects().addPerson(new StoredPerson(tenant, person, account.id(), Set.of("billing"), 0));
            stores().subjects().putField(tenant, person, "email", bytes(4, 1));
        });
        rollBack(() -> {
            stores().subjects().touchAccount(tenant, account.id(), 1);
            stores().subjects().setRoles(tenant, person, Set.of("owner"));
            stores().subjects().putField(tenant, person, "email", bytes(4, 2));
            stores().subjects().putField(tenant, person, "email", bytes(4, 3));
            stores().subjects().removePerson(tenant, person);
        });
        run(() -> {
            assertThat(stores().subjects().account(tenant, account.id())).contains(account);
            assertThat(stores().subjects().person(tenant, person).orElseThrow().roles())
                    .containsExactly("billing");
            assertThat(stores().subjects().fields(tenant, person)).containsOnlyKeys("email");
            assertThat(stores().subjects().fields(tenant, person).get("email")).isEqualTo(bytes(4, 1));
        });
    }

    @Test
    void throwsTheSameExceptionOn() {
        Stop stop = new Stop();
        assertThatThrownBy(() -> run(() -> {
                    throw stop;
                }))
                .isSameAs(stop);
    }

    @Test
    void anErrorRollsBackToo() {
        StoredAccount account = account();
        AssertionError error = new AssertionError();
        assertThatThrownBy(() -> run(() -> {
                    stores().subjects().addAccount(account);
                    throw error;
                }))
                .isSameAs(error);
        assertThat(exists(account)).isFalse();
    }

    @Test
    void innerWorkJoinsTheOuterTransaction() {
        StoredAccount account = account();
        rollBack(() -> {
            run(() -> stores().subjects().addAccount(account));
            assertThat(stores().subjects().account(tenant, account.id())).isPresent();
        });
        assertThat(exists(account)).isFalse();
    }

    @Test
    void oneTransactionSpansAllStoresWhicheverComesFirst() {
        StoredAccount account = account();
        Runnable work = () -> {
            stores().consents().nextEpoch(tenant, account.id());
            stores().subjects().addAccount(account);
            stores().audit().add(tenant, bytes(3, 1));
            assertThat(stores().subjects().account(tenant, account.id())).isPresent();
            assertThat(stores().consents().lockEpoch(tenant, account.id())).hasValue(1);
        };
        rollBack(work);
        assertThat(exists(account)).isFalse();
        assertThat(in(() -> stores().consents().lockEpoch(tenant, account.id())))
                .isEmpty();
        assertThat(in(() -> stores().audit().unchained(tenant, 10))).isEmpty();
        run(work);
        assertThat(exists(account)).isTrue();
        assertThat(in(() -> stores().consents().lockEpoch(tenant, account.id())))
                .hasValue(1);
        assertThat(in(() -> stores().audit().unchained(tenant, 10))).hasSize(1);
    }

    @Test
    void actionsRunAfterTheOutermostCommitInTheirOrderOnTheSameThread() {
        StoredAccount account = account();
        Thread thread = Thread.currentThread();
        run(() -> {
            stores().transactions().afterCommit(() -> told.add("first"));
            run(() -> {
                stores().subjects().addAccount(account);
                stores().transactions().afterCommit(() -> {
                    assertThat(Thread.currentThread()).isSameAs(thread);
                    assertThat(atOnce(1, i -> exists(account))).containsExactly(true);
                    told.add("second");
                });
            });
            stores().transactions().afterCommit(() -> told.add("third"));
            assertThat(told).isEmpty();
        });
        assertThat(told).containsExactly("first", "second", "third");
    }

    @Test
    void actionsNeverRunAfterARollBack() {
        rollBack(() -> stores().transactions().afterCommit(() -> told.add("never")));
        run(() -> {});
        assertThat(told).isEmpty();
    }

    @Test
    void anActionThatThrowsUndoesNothingAndStopsNoOther() {
        StoredAccount account = account();
        run(() -> {
            stores().subjects().addAccount(account);
            stores().transactions().afterCommit(() -> {
                throw new Stop();
            });
            stores().transactions().afterCommit(() -> told.add("next"));
        });
        assertThat(told).containsExactly("next");
        assertThat(exists(account)).isTrue();
    }

    @Test
    void anActionMayBeginATransactionOfItsOwn() {
        StoredAccount account = account();
        run(() -> stores().transactions().afterCommit(() -> {
            run(() -> {
                stores().subjects().addAccount(account);
                stores().transactions().afterCommit(() -> told.add("inner"));
            });
            told.add("outer");
        }));
        assertThat(told).containsExactly("inner", "outer");
        assertThat(exists(account)).isTrue();
    }

    @Test
    void anActionNeedsATransaction() {
        assertThatThrownBy(() -> stores().transactions().afterCommit(() -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void threadsHaveTransactionsOfTheirOwn() {
        List<Boolean> outside = in(() -> atOnce(1, i -> {
            try {
                stores().policies().all();
                return false;
            } catch (IllegalStateException expected) {
                return true;
            }
        }));
        assertThat(outside).containsExactly(true);
    }

    @Test
    void aRefusalIsRecordedInATransactionOfItsOwn() {
        StoredAccount refused = account();
        StoredAccount recorded = account();
        assertThatThrownBy(() -> run(() -> {
                    stores().subjects().addAccount(refused);
                    stores().transactions()
                            .afterRollback(() -> run(() -> stores().subjects().addAccount(recorded)));
                    throw new PledgeException(PledgeException.Kind.DENIED, "no");
                }))
                .isInstanceOf(PledgeException.class);
        assertThat(exists(refused)).isFalse();
        assertThat(exists(recorded)).isTrue();
    }

    @Test
    void whatIsUndoneIsToldWhateverTheReason() {
        rollBack(() -> stores().transactions().whenUndone(() -> told.add("failed")));
        assertThatThrownBy(() -> run(() -> run(() -> {
                    stores().transactions().whenUndone(() -> told.add("refused"));
                    throw new PledgeException(PledgeException.Kind.DENIED, "no");
                })))
                .isInstanceOf(PledgeException.class);
        run(() -> stores().transactions().whenUndone(() -> told.add("never")));
        assertThat(told).containsExactly("failed", "refused");
    }

    @Test
    void nothingFollowsARollBackThatDidNotHappen() {
        run(() -> stores().transactions().afterRollback(() -> told.add("never")));
        assertThat(told).isEmpty();
    }
}
