package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.policy.Policy;

/** What the five packs let a clearing house have. */
class ClearingHouseTest {
    private static final Path FOLDER = Path.of("..", "..", "etc", "policies");

    private static Policy policy(String tenant) throws IOException {
        return PackCompiler.compile(tenant, Files.readString(FOLDER.resolve(tenant + ".policy.yaml")))
                .policy()
                .orElseThrow();
    }

    private static String given(Policy policy, String purpose) {
        return policy.categories().stream()
                .map(Policy.Category::name)
                .filter(category ->
                        policy.ruling("clearing-house", purpose, category).need() == Policy.Need.NOTHING)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "anonymizer, card-address card-expiry card-holder card-number card-security-code payment-amount payment-token",
        "korax, card-expiry card-holder card-number payment-amount payment-token",
        "opentracker, card-expiry card-holder card-number payment-amount payment-token",
        "anyip, payment-amount payment-token",
        "iwebtrack, payment-amount payment-token"
    })
    void getsWhatAPaymentTakes(String tenant, String categories) throws IOException {
        assertThat(given(policy(tenant), "payment")).isEqualTo(categories);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refund", "chargeback"})
    void getsNoCardToGiveMoneyBack(String purpose) throws IOException {
        assertThat(given(policy("anonymizer"), purpose)).isEqualTo("payment-amount payment-token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anonymizer", "korax", "opentracker"})
    void isTheOnlyOneWhoGetsACard(String tenant) throws IOException {
        Policy policy = policy(tenant);
        assertThat(policy.recipients())
                .filteredOn(recipient -> policy.purposes().stream()
                        .anyMatch(purpose -> policy.ruling(recipient.name(), purpose.name(), "card-number")
                                        .need()
                                != Policy.Need.NEVER))
                .extracting(Policy.Recipient::name)
                .containsExactly("clearing-house");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anonymizer", "korax", "opentracker"})
    void getsNoCardThatCameWithARequest(String tenant) throws IOException {
        assertThat(policy(tenant).categories())
                .filteredOn(category -> category.name().startsWith("card-"))
                .noneMatch(Policy.Category::supplied);
    }
}
