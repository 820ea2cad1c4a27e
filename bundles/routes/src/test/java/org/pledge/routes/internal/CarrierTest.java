package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.pledge.sharing.Partner;

class CarrierTest {
    private static final String SFTP = "sftp://files.example:2222/in?strictHostKeyChecking=yes"
            + "&useUserKnownHostsFile=false&knownHosts=#bean:secret.kx.acme.hosts&username=pledge"
            + "&privateKey=#bean:secret.kx.acme&preferredAuthentications=publickey&autoCreate=false";
    private static final String PINNED = "sftp://files.example:2222/in?strictHostKeyChecking=yes"
            + "&useUserKnownHostsFile=false&username=pledge&privateKey=#bean:secret.kx.acme"
            + "&preferredAuthentications=publickey&autoCreate=false";
    private static final String SMTPS = "smtps://mail.example?mail.smtps.ssl.checkserveridentity=true";
    private static final String KAFKA = "kafka:people?brokers=broker.example:9093&securityProtocol=SASL_SSL";

    private static String knownHosts(String text) {
        return "base64:" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<Carrier.Fault> fault(String uri) {
        Address address = Address.of(uri).orElseThrow();
        return Carrier.of(address.scheme()).orElseThrow().fault(address, "kx");
    }

    private static boolean leads(String uri, String endpoint, Map<String, String> settings) {
        Address address = Address.of(uri).orElseThrow();
        Partner any = Bench.partner("acme", URI.create(endpoint), false);
        return Carrier.of(address.scheme())
                .orElseThrow()
                .leadsTo(
                        address,
                        new Partner(
                                any.tenant(),
                                any.name(),
                                any.recipient(),
                                any.agreement(),
                                "any",
                                any.endpoint(),
                                settings,
                                false,
                                1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://partner.example/in",
                "https://partner.example:8443/a/b?httpMethod=POST&userAgent=Pledge&okStatusCodeRange=200-299",
                "https://partner.example/in?disableStreamCache=true",
                "http://127.0.0.1:80/in",
                "http://[::1]:80/in",
                SFTP,
                SFTP + "&fileName=people.csv&tempPrefix=.part-&fileExist=Fail&disconnect=true&chmod=600",
                PINNED + "&knownHostsUri=base64:W2ZpbGVzLmV4YW1wbGVdOjIyMjIgc3NoLXJzYSBBQUFBQUFBQUFBQUFBQUFBQUEK",
                SMTPS,
                SMTPS
                        + "&username=pledge@mail.example&password=#bean:secret.kx.acme&contentType=text/plain; charset=utf-8",
                "smtp://127.0.0.1:2525?mail.smtp.timeout=5000",
                "smtp://127.0.0.1:2525?mail.smtp.starttls.required=true&mail.smtp.ssl.checkserveridentity=true",
                KAFKA,
                KAFKA + "&saslMechanism=PLAIN&saslJaasConfig=#bean:secret.kx.acme&requestRequiredAcks=all",
                "kafka:people?brokers=127.0.0.1:9092&enableIdempotence=true&lingerMs=0"
            })
    void passes(String uri) {
        assertThat(fault(uri)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://partner.example/in",
                "http://127.0.0.1.example/in",
                "smtp://mail.example",
                "smtp://mail.example?mail.smtp.starttls.required=true",
                "kafka:people?brokers=broker.example:9092",
                "kafka:people?brokers=broker.example:9092&securityProtocol=PLAINTEXT",
                "kafka:people?brokers=broker.example:9092&securityProtocol=SASL_PLAINTEXT"
            })
    void keepsWhatIsNotEncryptedOnLoopback(String uri) {
        assertThat(fault(uri)).hasValueSatisfying(f -> assertThat(f.reason()).isEqualTo(Reason.PLAIN_HTTP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user@partner.example/in",
                "https://partner.example/%2e%2e/in",
                "https://partner.example/in?proxyHost=evil.example",
                "https://partner.example/in?httpMethod=GET",
                "https://partner.example/in?disableStreamCache=false",
                "https://partner.example/in?connectTimeout=5&connectTimeout=6",
                "https://partner.example/in?userAgent=a%0D%0Ab",
                "https://partner.example/in?userAgent=RAW(a&b)",
                "https://partner.example/in?clientBuilder=#bean:secret.kx.acme",
                "https://partner.example/in?userAgent=#bean:secret.kx.acme",
                SFTP + "&password=secret",
                SFTP + "&password=#bean:secret.kx.acme",
                SFTP + "&privateKeyFile=/etc/ssh/key",
                SFTP + "&privateKeyUri=file:/etc/ssh/key",
                SFTP + "&strictHostKeyChecking=no",
                SFTP + "&proxy=#bean:secret.kx.acme",
                SFTP + "&fileName=../../people.csv",
                SFTP + "&fileName=.hidden",
                SFTP + "&moveExisting=/tmp",
                SFTP + "&jailStartingDirectory=false",
                PINNED + "&knownHostsUri=file:/etc/hosts",
                PINNED,
                SMTPS + "&to=eve@evil.example",
                SMTPS + "&bcc=eve@evil.example",
                SMTPS + "&from=eve@evil.example",
                SMTPS + "&password=secret",
                SMTPS + "&password=#secret.kx.acme",
                SMTPS + "&mail.smtps.host=evil.example",
                SMTPS + "&mail.smtps.proxy.host=evil.example",
                SMTPS + "&mail.smtps.ssl.trust=*",
                SMTPS + "&sslContextParameters=#trustAll",
                SMTPS + "&javaMailSender=#bean:secret.kx.acme",
                SMTPS + "&debugMode=true",
                "smtps://mail.example",
                "smtps://mail.example?mail.smtps.ssl.checkserveridentity=false",
                "smtps:me:secret@mail.example?mail.smtps.ssl.checkserveridentity=true",
                "kafka:people",
                "kafka:people?brokers=broker.example:9093,evil.example:9093&securityProtocol=SSL",
                "kafka:people?brokers=broker.example:9093&brokers=evil.example:9093&securityProtocol=SSL",
                KAFKA + "&saslJaasConfig=org.apache.kafka.x",
                KAFKA + "&requestRequiredAcks=0",
                KAFKA + "&interceptorClasses=org.example.Copy",
                KAFKA + "&partitioner=org.example.Copy",
                KAFKA + "&valueSerializer=org.example.Copy",
                KAFKA + "&sslEndpointAlgorithm=",
                KAFKA + "&additionalProperties.bootstrap.servers=evil.example:9093",
                KAFKA + "&sslTruststoreLocation=/etc/../root/x"
            })
    void refuses(String uri) {
        assertThat(fault(uri)).hasValueSatisfying(f -> assertThat(f.reason()).isEqualTo(Reason.ENDPOINT_OPTION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "strictHostKeyChecking=yes",
                "useUserKnownHostsFile=false",
                "knownHosts=#bean:secret.kx.acme.hosts",
                "username=pledge",
                "privateKey=#bean:secret.kx.acme",
                "preferredAuthentications=publickey"
            })
    void insistsOnWhatMakesSftpSafe(String option) {
        String without = SFTP.replaceFirst("([?&])" + option.replace("#", "\\#") + "&", "$1");
        assertThat(without).isNotEqualTo(SFTP);
        assertThat(fault(without))
                .hasValueSatisfying(f -> assertThat(f.text()).contains(option.substring(0, option.indexOf('='))));
    }

    @Test
    void namesSecretsOfTheTenantOnly() {
        assertThat(fault(SFTP.replace("#bean:secret.kx.acme.hosts", "#bean:secret.other.acme")))
                .hasValueSatisfying(f -> assertThat(f.text()).contains("\"kx.\""));
        assertThat(fault(SFTP.replace("#bean:secret.kx.acme.hosts", "#bean:secret.kxy.acme")))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "https://partner.example/in, https://partner.example/other, true",
        "https://partner.example/in, https://partner.example:443/in, true",
        "https://PARTNER.example/in, https://partner.example/in, true",
        "https://partner.example:8443/in, https://partner.example/in, false",
        "https://evil.example/in, https://partner.example/in, false",
        "http://127.0.0.1/in, https://127.0.0.1/in, false",
        "https://partner.example/in, sftp://partner.example/in, false",
        "sftp://files.example/in, sftp://files.example:22, true",
        "sftp://files.example/in, sftp://other.example/in, false",
        "smtps://mail.example, smtps://mail.example:465, true",
        "smtps://mail.example, smtps://mail.example:25, false",
        "smtp://127.0.0.1, smtp://127.0.0.1:25, true",
        "kafka:people?brokers=b.example:9093&securityProtocol=SSL, kafka+ssl://b.example:9093/people, true",
        "kafka://people?brokers=b.example%3A9093&securityProtocol=SSL, kafka+ssl://b.example:9093/people, true",
        "kafka:people?brokers=127.0.0.1:9092, kafka://127.0.0.1:9092/people, true",
        "kafka:people?brokers=127.0.0.1:9092, kafka+ssl://127.0.0.1:9092/people, false",
        "kafka:others?brokers=127.0.0.1:9092, kafka://127.0.0.1:9092/people, false",
        "kafka:people?brokers=127.0.0.2:9092, kafka://127.0.0.1:9092/people, false",
        "https://partner.example/in, https://partner.example/in?x=y, false",
        "https://partner.example/in, https://me@partner.example/in, false"
    })
    void leadsOnlyToTheServerOfThePartner(String uri, String endpoint, boolean leads) {
        assertThat(leads(uri, endpoint, Map.of())).isEqualTo(leads);
    }

    @ParameterizedTest
    @CsvSource({
        "kx.acme, '', true",
        "kx.acme.hosts, '', true",
        "kx.acmes, '', false",
        "kx.other, '', false",
        "kx.shared, kx.shared, true",
        "kx.acme, kx.shared, false"
    })
    void takesOnlyTheSecretsOfThePartner(String secret, String credentials, boolean leads) {
        Map<String, String> settings = credentials.isEmpty() ? Map.of() : Map.of("credentials", credentials);
        assertThat(leads(
                        "sftp://files.example/in?privateKey=#bean:secret." + secret,
                        "sftp://files.example/in",
                        settings))
                .isEqualTo(leads);
        assertThat(leads(
                        "sftp://files.example/in?privateKey=%23bean%3Asecret." + secret,
                        "sftp://files.example/in",
                        settings))
                .isEqualTo(leads);
    }

    @ParameterizedTest
    @CsvSource({
        "files.example ssh-rsa AAA, ssh-rsa AAA, true",
        "files.example ssh-rsa AAA, ssh-rsa BBB, false",
        "files.example ssh-rsa AAA, '', false",
        "files.example ssh-rsa BBB|files.example ssh-rsa AAA, ssh-rsa AAA, false"
    })
    void knowsAServerByTheKeyThatIsRegistered(String lines, String registered, boolean leads) {
        Map<String, String> settings = registered.isEmpty() ? Map.of() : Map.of("host-key", registered);
        String pinned = knownHosts(lines.replace('|', '\n') + "\n").replace("=", "%3D");
        assertThat(leads("sftp://files.example/in?knownHostsUri=" + pinned, "sftp://files.example/in", settings))
                .isEqualTo(leads);
    }

    @Test
    void keepsTheFileNameAndTheKeyAndNothingElseOfCamel() {
        Carrier sftp = Carrier.of("sftp").orElseThrow();
        assertThat(sftp.keeps("CamelFileName", "people-1.csv")).isTrue();
        assertThat(sftp.keeps("CamelFileHost", "evil.example")).isFalse();
        assertThat(Carrier.of("kafka").orElseThrow().keeps("CamelKafkaKey", "a-b_c"))
                .isTrue();
        assertThat(Carrier.of("kafka").orElseThrow().keeps("CamelKafkaOverrideTopic", "x"))
                .isFalse();
        assertThat(Carrier.of("https").orElseThrow().keeps("CamelHttpUri", "x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../people.csv", "/etc/passwd", "a/b", ".ssh", "${body}", "a b", ""})
    void takesNoFileNameThatLeadsElsewhere(String name) {
        assertThatThrownBy(() -> Carrier.of("sftp").orElseThrow().keeps("CamelFileName", name))
                .isInstanceOf(PledgeException.class)
                .hasMessageContaining("CamelFileName");
    }
}
