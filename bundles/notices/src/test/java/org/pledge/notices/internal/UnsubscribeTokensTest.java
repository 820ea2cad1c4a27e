package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.notices.internal.UnsubscribeTokens.Link;

class UnsubscribeTokensTest {
    private final UnsubscribeTokens tokens = new UnsubscribeTokens(new World.TestTokens());
    private final Link link = new Link(new TenantId("iwebtrack"), SubjectId.random(), "own-offers");

    @Test
    void readsWhatItMade() {
        assertThat(tokens.read(tokens.token(link))).contains(link);
        assertThat(tokens.token(link)).isEqualTo(tokens.token(link)).matches("[A-Za-z0-9_-]{40,200}");
    }

    @Test
    void differsByPurposePersonAndTenant() {
        assertThat(tokens.token(link))
                .isNotEqualTo(tokens.token(new Link(link.tenant(), link.subject(), "account")))
                .isNotEqualTo(tokens.token(new Link(link.tenant(), SubjectId.random(), "own-offers")))
                .isNotEqualTo(tokens.token(new Link(new TenantId("anyip"), link.subject(), "own-offers")));
    }

    @Test
    void showsNeitherThePersonNorThePurpose() {
        byte[] token = Base64.getUrlDecoder().decode(tokens.token(link));
        byte[] subject = ByteBuffer.allocate(16)
                .putLong(link.subject().toUuid().getMostSignificantBits())
                .putLong(link.subject().toUuid().getLeastSignificantBits())
                .array();

        assertThat(new String(token, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(subject, StandardCharsets.ISO_8859_1), "own-offers", "iwebtrack");
    }

    @Test
    void refusesEveryAlteredTokenAndEveryInventedOne() {
        byte[] token = Base64.getUrlDecoder().decode(tokens.token(link));
        for (int i = 0; i < token.length; i++) {
            byte[] altered = token.clone();
            altered[i] ^= 1;
            assertThat(tokens.read(Base64.getUrlEncoder().withoutPadding().encodeToString(altered)))
                    .isEmpty();
        }
        for (String invented : new String[] {"", "x", "a".repeat(60), "a".repeat(5000), "not base64!", "ä"}) {
            assertThat(tokens.read(invented)).isEmpty();
        }
        assertThat(tokens.read(tokens.token(link).substring(4))).isEmpty();
    }
}
