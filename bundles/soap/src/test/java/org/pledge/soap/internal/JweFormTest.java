package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;

class JweFormTest {
    private static final String JWE = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn";
    private static final String NUMBER = "4111111111111111";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<jwe>" + JWE + "</jwe>",
                "<p:jwe>" + JWE + "</p:jwe><p:securityCode\n>" + JWE + "</p:securityCode>",
                "<jwes>" + NUMBER + "</jwes><token>" + NUMBER + "</token>",
                "</jwe>",
                ""
            })
    void letsPass(String message) {
        assertThatCode(() -> JweForm.check(message)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<jwe>" + NUMBER + "</jwe>",
                "<jwe>" + JWE + "</jwe><ns1:jwe xmlns:ns1='x'>" + NUMBER + "</ns1:jwe>",
                "<jwe a='>'>" + NUMBER + "</jwe>",
                "<securityCode >123</securityCode>",
                "<\u00e4:jwe>" + NUMBER + "</\u00e4:jwe>",
                "<jwe><![CDATA[" + JWE + "]]></jwe>",
                "<jwe>" + JWE + "<!--" + NUMBER + "--></jwe>",
                "<jwe>&#52;111111111111111</jwe>",
                "<jwe/>"
            })
    void refuses(String message) {
        assertThatThrownBy(() -> JweForm.check(message))
                .isInstanceOf(PledgeException.class)
                .hasMessageNotContaining("1111");
    }
}
