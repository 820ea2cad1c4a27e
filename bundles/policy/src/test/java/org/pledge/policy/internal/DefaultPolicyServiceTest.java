package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.pledge.policy.internal.House.ACME;
import static org.pledge.policy.internal.House.OFFICER;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService.Change;
import org.pledge.policy.PolicyService.Installation;
import org.pledge.policy.PolicyService.Installation.Installed;
import org.pledge.policy.PolicyService.Installation.Refused;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.policy.spi.PolicyStore.StoredPolicy;

class DefaultPolicyServiceTest {
    private static final String FILE = "acme.policy.yaml";
    private static final String SECOND = SmallPack.with("version: 1", "version: 2");

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    private Installation install(String yaml) {
        return house.policies.install(OFFICER, FILE, yaml);
    }

    @Test
    void puts_a_pack_in_force_and_records_it() {
        assertThat(install(SmallPack.TEXT)).isInstanceOfSatisfying(Installed.class, installed -> {
            assertThat(installed.policy().version()).isEqualTo(1);
            assertThat(installed.changes()).isEmpty();
        });

        assertThat(house.policies.current(ACME).digest()).hasSize(64);
        assertThat(house.policies.policies()).extracting(Policy::tenant).containsExactly(ACME);
        assertThat(house.leaves()).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.POLICY_INSTALLED);
            assertThat(leaf.actor()).isEqualTo("officer-1");
            assertThat(leaf.at()).isEqualTo(House.NOW);
            assertThat(leaf.details()).containsEntry("version", "1");
        });
    }

    @Test
    void the_same_text_again_changes_nothing() {
        install(SmallPack.TEXT);

        assertThat(install(SmallPack.TEXT))
                .isInstanceOfSatisfying(Installed.class, installed -> assertThat(installed.changes())
                        .isEmpty());
        assertThat(house.leaves()).hasSize(1);
    }

    @Test
    void the_text_of_a_version_never_changes() {
        install(SmallPack.TEXT);
        String digest = house.policies.current(ACME).digest();

        assertThat(install(SmallPack.with("because: Nobody agreed", "because: Nobody ever agreed")))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
                        .singleElement()
                        .satisfies(problem -> {
                            assertThat(problem.file()).isEqualTo(FILE);
                            assertThat(problem.line()).isEqualTo(4);
                            assertThat(problem.field()).isEqualTo("version");
                            assertThat(problem.remedy()).isEqualTo("Write 'version: 2' and sign the file again.");
                        }));
        assertThat(house.policies.current(ACME).digest()).isEqualTo(digest);
        assertThat(house.leaves())
                .extracting(Leaf::act)
                .containsExactly(Leaf.Act.POLICY_INSTALLED, Leaf.Act.POLICY_REFUSED);
    }

    @Test
    void a_lower_version_is_refused() {
        install(SECOND);

        assertThat(install(SmallPack.TEXT))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
                        .extracting(Problem::remedy)
                        .containsExactly("Write 'version: 3' and sign the file again."));
        assertThat(house.policies.current(ACME).version()).isEqualTo(2);
    }

    @Test
    void an_earlier_version_stays_readable() {
        install(SmallPack.TEXT);
        install(SECOND);

        assertThat(house.policies.current(ACME).version()).isEqualTo(2);
        assertThat(house.policies.versions(ACME)).extracting(Policy::version).containsExactly(1, 2);
        assertThat(house.policies.version(ACME, 1)).isPresent();
        assertThat(house.policies.version(ACME, 3)).isEmpty();
    }

    @Test
    void follows_what_another_node_installs() {
        install(SmallPack.TEXT);
        DefaultPolicyService other = house.restarted();
        install(SECOND);
        Policy first = other.current(ACME);
        assertThat(first.version()).isEqualTo(1);

        other.follow();
        Policy second = other.current(ACME);
        other.follow();

        assertThat(second.version()).isEqualTo(2);
        assertThat(other.version(ACME, 1)).isPresent();
        assertThat(other.current(ACME)).as("compiled once").isSameAs(second);
    }

    @Test
    void a_material_change_opens_a_campaign_in_the_same_transaction_and_ends_the_one_before() {
        install(SmallPack.TEXT);
        install(SmallPack.replaced(SECOND, "email: P2Y", "email: P3Y"));
        install(SmallPack.replaced(SmallPack.with("version: 1", "version: 3"), "email: P2Y", "email: P4Y"));

        assertThat(house.store.required(() -> house.store.campaigns(ACME)))
                .extracting(Campaign::version, Campaign::before, Campaign::open)
                .containsExactly(tuple(3, 2, true), tuple(2, 1, false));
        assertThat(house.leaves())
                .filteredOn(leaf -> leaf.act() == Leaf.Act.CAMPAIGN_OPENED)
                .extracting(leaf -> leaf.details().get("superseded"))
                .containsExactly("0", "1");
    }

    @Test
    void what_is_not_material_opens_no_campaign() {
        install(SmallPack.TEXT);
        install(SECOND);

        assertThat(house.store.required(() -> house.store.campaigns(ACME))).isEmpty();
    }

    @Test
    void a_new_version_tells_what_changed() {
        install(SmallPack.TEXT);

        Installation second = install(SmallPack.replaced(SECOND, "email: P2Y", "email: P3Y"));

        assertThat(second).isInstanceOfSatisfying(Installed.class, installed -> assertThat(installed.changes())
                .extracting(Change::field, Change::material)
                .containsExactly(tuple("purposes.billing.data.email", true)));
        assertThat(house.policies.diff(ACME, 1, 2)).hasSize(1);
        assertThat(house.leaves().get(1).details())
                .containsEntry("changes", "1")
                .containsEntry("material", "1");
    }

    @Test
    void a_broken_pack_leaves_what_was_in_force_and_is_recorded() {
        install(SmallPack.TEXT);

        assertThat(install(SECOND.replace("pledge: 1", "pledge: 9"))).isInstanceOf(Refused.class);

        assertThat(house.policies.current(ACME).version()).isEqualTo(1);
        Leaf leaf = house.leaves().get(1);
        assertThat(leaf.act()).isEqualTo(Leaf.Act.POLICY_REFUSED);
        assertThat(leaf.details()).containsEntry("problems", "1").containsEntry("line", "1");
    }

    @Test
    void checking_installs_nothing() {
        assertThat(house.policies.check(FILE, SmallPack.TEXT)).isEmpty();
        assertThat(house.policies.check(FILE, "pledge: 1")).isNotEmpty();
        assertThat(house.policies.policies()).isEmpty();
        assertThat(house.leaves()).isEmpty();
    }

    @Test
    void a_restart_brings_every_version_back() {
        install(SmallPack.TEXT);
        install(SECOND);

        DefaultPolicyService after = house.restarted();

        assertThat(after.versions(ACME)).extracting(Policy::version).containsExactly(1, 2);
        assertThat(after.install(OFFICER, FILE, SECOND)).isInstanceOf(Installed.class);
        assertThat(house.leaves()).hasSize(2);
    }

    @Test
    void nothing_is_in_force_when_the_newest_version_no_longer_compiles() {
        install(SmallPack.TEXT);
        house.store.required(() -> house.store.add(new StoredPolicy(ACME, 2, FILE, "pledge: 0", House.NOW)));

        DefaultPolicyService after = house.restarted();

        assertThat(after.policies()).isEmpty();
        assertThatThrownBy(() -> after.current(ACME)).isInstanceOf(PledgeException.class);
        assertThat(after.version(ACME, 1)).isPresent();
        assertThat(after.install(OFFICER, FILE, SECOND)).isInstanceOf(Refused.class);
        assertThat(after.install(OFFICER, FILE, SmallPack.with("version: 1", "version: 3")))
                .isInstanceOf(Installed.class);
    }

    @Test
    void another_node_that_was_faster_is_respected() {
        DefaultPolicyService other = house.restarted();
        other.install(OFFICER, FILE, SmallPack.TEXT);

        assertThat(install(SmallPack.TEXT)).isInstanceOf(Installed.class);
        other.install(OFFICER, FILE, SECOND);
        assertThat(install(SmallPack.replaced(SECOND, "email: P2Y", "email: P3Y")))
                .isInstanceOf(Refused.class);
        assertThat(house.leaves())
                .extracting(Leaf::act)
                .containsExactly(Leaf.Act.POLICY_INSTALLED, Leaf.Act.POLICY_INSTALLED, Leaf.Act.POLICY_REFUSED);
    }

    @Test
    void a_rolled_back_transaction_puts_nothing_in_force() {
        assertThatThrownBy(() -> house.store.required(() -> {
                    install(SmallPack.TEXT);
                    throw new IllegalStateException("later");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(house.policies.policies()).isEmpty();
        assertThat(house.leaves()).isEmpty();
    }

    @Test
    void a_viewer_installs_nothing() {
        Caller viewer = new Caller(ACME, "viewer-1", Set.of(Role.VIEWER));

        assertThatThrownBy(() -> house.policies.install(viewer, FILE, SmallPack.TEXT))
                .isInstanceOfSatisfying(PledgeException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(PledgeException.Kind.DENIED));
    }

    @Test
    void asking_for_what_is_not_there_is_refused() {
        install(SmallPack.TEXT);

        for (Runnable act : List.<Runnable>of(
                () -> house.policies.diff(ACME, 1, 2), () -> house.policies.current(new TenantId("nobody")))) {
            assertThatThrownBy(act::run)
                    .isInstanceOfSatisfying(PledgeException.class, refusal -> assertThat(refusal.kind())
                            .isEqualTo(PledgeException.Kind.NOT_FOUND));
        }
    }
}
