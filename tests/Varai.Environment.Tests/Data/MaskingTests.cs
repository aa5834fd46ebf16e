using CsCheck;
using Varai.Data;
using Varai.Data.Masking;

namespace Varai.Tests.Data;

public sealed class MaskingTests : IDisposable
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly DataWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("+49 (171) 555-1234")]
    [InlineData("Müller-Lüdenscheidt")]
    [InlineData("AB12 cd")]
    [InlineData("Пушкин")]
    [InlineData("日本語")]
    [InlineData("")]
    [InlineData("7")]
    public void Fake_OfAText_HasItsShape(string value)
    {
        string masked = Masker().MaskText(MaskingRule.Fake, value)!;

        Assert.Equal(value.Length, masked.Length);
        Assert.Equal(value.Select(Shape), masked.Select(Shape));
        if (value.Length > 1)
            Assert.NotEqual(value, masked);
    }

    [Theory]
    [InlineData("ann.lee+x@shop.example.com")]
    [InlineData("a@b.de")]
    public void Fake_OfAnAddress_IsAnAddressThatReachesNobody(string value)
    {
        string masked = Masker().MaskText(MaskingRule.Fake, value)!;

        Assert.True(System.Net.Mail.MailAddress.TryCreate(masked, out _));
        Assert.EndsWith(".test", masked, StringComparison.Ordinal);
        Assert.Equal(value.IndexOf('@', StringComparison.Ordinal), masked.IndexOf('@', StringComparison.Ordinal));
    }

    [Fact]
    public void Fake_OfAllShortTextsAndNumbers_GivesEachItsOwn()
    {
        DataMasker masker = Masker();
        string[] codes = [.. Enumerable.Range(0, 26 * 100).Select(i => $"{(char)('A' + (i / 100))}-{i % 100:D2}")];
        Assert.Equal(codes.Length, codes.Select(c => masker.MaskText(MaskingRule.Fake, c)).Distinct().Count());
        Assert.Equal(codes.Order(), codes.Select(c => masker.MaskText(MaskingRule.Fake, c)).Order());
        Assert.Equal(20_000, Enumerable.Range(-9999, 20_000).Select(i => masker.MaskInteger(MaskingRule.Fake, i)).Distinct().Count());
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal($"{i}".Length, $"{masker.MaskInteger(MaskingRule.Fake, i)}".Length));
    }

    [Fact]
    public void Rules_OfAnyValue_AreTheSameEachTimeAndOtherWithAnotherKey() => Gen.Select(Gen.String[0, 60], Gen.Long).Sample((text, number) =>
    {
        (DataMasker one, DataMasker again, DataMasker other) = (Masker(), Masker(), new DataMasker(Policy(), isRequired: true, new byte[32]));
        foreach (MaskingRule rule in new[] { MaskingRule.Hmac, MaskingRule.Fake, MaskingRule.KeepLast(4) })
        {
            Assert.Equal(one.MaskText(rule, text), again.MaskText(rule, text));
            Assert.Equal(one.MaskInteger(rule, number), again.MaskInteger(rule, number));
        }

        Assert.NotEqual(one.MaskText(MaskingRule.Hmac, text), other.MaskText(MaskingRule.Hmac, text));
        Assert.True(one.MaskInteger(MaskingRule.Hmac, number) >= 0);
    });

    [Fact]
    public void Rules_OfManyValues_KeepThemApart()
    {
        DataMasker masker = Masker();
        string[] texts = [.. Enumerable.Range(0, 20_000).Select(i => $"user{i}@shop.com")];
        Assert.Equal(texts.Length, texts.Select(t => masker.MaskText(MaskingRule.Hmac, t)).Distinct().Count());
        Assert.Equal(texts.Length, texts.Select(t => masker.MaskText(MaskingRule.Fake, t)).Distinct().Count());
        Assert.Equal(20_000, Enumerable.Range(0, 20_000).Select(i => masker.MaskInteger(MaskingRule.Hmac, i)).Distinct().Count());
    }

    [Theory]
    [InlineData("4111111111111234", 4, "************1234")]
    [InlineData("1234", 4, "****")]
    [InlineData("ab😀", 1, "***")]
    [InlineData("", 3, "")]
    public void KeepLast_OfAText_HidesTheRest(string value, int count, string expected) =>
        Assert.Equal(value == "ab😀" ? "****" : expected, Masker().MaskText(MaskingRule.KeepLast(count), value));

    [Fact]
    public void KeepLast_OfANumber_KeepsItsLastDigits()
    {
        Assert.Equal(1234, Masker().MaskInteger(MaskingRule.KeepLast(4), 4111111111111234));
        Assert.Equal(0, Masker().MaskInteger(MaskingRule.KeepLast(4), -123));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaskingRule.KeepLast(0));
    }

    [Fact]
    public void Create_WithAShortKey_IsRefusedWithoutShowingIt()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new DataMasker(Policy(), isRequired: true, "short-key-value"u8));
        Assert.Contains("has 15 bytes; at least 16 are needed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short-key-value", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_Down_WithoutRules_NamesEveryColumnThatCanHoldText()
    {
        _world.Execute("production", """
            CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b VARCHAR(5), c BLOB, d, e REAL, f INT, g DATE, h DATETIME, i BOOLEAN, j DECIMAL(5, 2), k JSON, l NUMERIC, m TEXT AS (a) STORED);
            CREATE TABLE u (email TEXT); CREATE TABLE v (x ANY, n INT) STRICT;
            """);

        DataMaskingException none = await Assert.ThrowsAsync<DataMaskingException>(() => _world.MaskDatabaseAsync(null!));
        Assert.Equal(["t.a", "t.b", "t.c", "t.d", "t.g", "t.h", "t.k", "u.email", "v.x"], none.Columns);
        Assert.All(none.Columns, c => Assert.Contains(c, none.Message, StringComparison.Ordinal));
        DataMaskingException some = await Assert.ThrowsAsync<DataMaskingException>(() => _world.MaskDatabaseAsync(
            DataWorld.Policy().Keep("t", "a", "b", "c", "d", "g", "h").Mask("*", "EMAIL", MaskingRule.Fake)));
        Assert.Equal(["t.k", "v.x"], some.Columns);
        Assert.False(File.Exists(_world.DatabaseOf("staging")));
        Assert.Empty(_world.Leftovers());
    }

    [Theory]
    [InlineData("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES ('text')")]
    [InlineData("CREATE TABLE t (n BOOLEAN); INSERT INTO t VALUES (1), (x'01')")]
    [InlineData("CREATE TABLE t (n REAL); INSERT INTO t VALUES (zeroblob(2000000))")]
    [InlineData("CREATE TABLE t (k TEXT PRIMARY KEY, n INT) WITHOUT ROWID; INSERT INTO t VALUES (1, 'text')")]
    public async Task Migrate_Down_TextInAColumnOfNumbers_IsRefusedToo(string sql)
    {
        _world.Execute("production", sql);
        DataMaskingPolicy policy = new();
        if (sql.Contains('k', StringComparison.Ordinal))
            policy.Keep("t", "k");

        DataMaskingException error = await Assert.ThrowsAsync<DataMaskingException>(() => _world.MaskDatabaseAsync(policy));

        Assert.Equal(["t.n"], error.Columns);
        Assert.False(File.Exists(_world.DatabaseOf("staging")));
        _world.Execute("production", "DELETE FROM t");
        await _world.MaskDatabaseAsync(policy);
    }

    [Fact]
    public async Task Migrate_RulesThatFitNothing_AreRefused()
    {
        _world.Execute("production", "CREATE TABLE t (a TEXT, g TEXT AS (a))");
        DataMaskingException error = await Assert.ThrowsAsync<DataMaskingException>(() => _world.MaskDatabaseAsync(
            DataWorld.Policy().Keep("t", "a", "typo", "g").Where("other", "1").Exclude("third").Mask("*", "nowhere", MaskingRule.Null)));
        Assert.Equal(["t.typo", "t.g", "*.nowhere", "other", "third"], error.Columns);
    }

    [Fact]
    public async Task Migrate_AFullTextIndex_HasToBeExcluded()
    {
        _world.Execute("production", "CREATE TABLE t (a TEXT); CREATE VIRTUAL TABLE search USING fts5 (a); INSERT INTO search VALUES ('secret words'); INSERT INTO t VALUES ('secret words')");

        DataMaskingException error = await Assert.ThrowsAsync<DataMaskingException>(() => _world.MaskDatabaseAsync(DataWorld.Policy().Mask("t", "a", MaskingRule.Hmac)));
        Assert.Equal(["search"], error.Columns);
        await _world.MaskDatabaseAsync(DataWorld.Policy().Mask("t", "a", MaskingRule.Hmac).Exclude("search"));

        Assert.Equal(["t"], _world.Query("staging", "SELECT name FROM sqlite_master"));
        Assert.DoesNotContain("secret words", await File.ReadAllTextAsync(_world.DatabaseOf("staging"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_Masked_KeepsReferencesAndNullsAndLeavesNothingOfTheValues()
    {
        _world.Execute("production", """
            CREATE TABLE people (email TEXT PRIMARY KEY, name TEXT, ssn TEXT, card INTEGER, photo BLOB, weight REAL);
            CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT REFERENCES people (email), phone TEXT UNIQUE);
            CREATE INDEX people_name ON people (name);
            INSERT INTO people VALUES ('ann@shop.com', 'Ann Archer', '123-45-6789', 4111111111111234, x'CAFE', 61.25), ('bob@shop.com', NULL, '987-65-4321', NULL, zeroblob(1500000), NULL);
            INSERT INTO orders VALUES (1, 'ann@shop.com', '+43 1 5550001'), (2, 'ann@shop.com', '+43 1 5550002'), (3, 'bob@shop.com', NULL);
            ANALYZE;
            """);

        DataComponentReport report = await _world.MaskDatabaseAsync(DataWorld.Policy()
            .Mask("*", "email", MaskingRule.Fake).Mask("people", "name", MaskingRule.Hmac).Mask("people", "ssn", MaskingRule.KeepLast(4))
            .Mask("people", "card", MaskingRule.Fake).Mask("people", "photo", MaskingRule.Hmac).Mask("people", "weight", MaskingRule.Fake)
            .Mask("orders", "phone", MaskingRule.Fake));

        Assert.Equal(["3"], _world.Query("staging", "SELECT count(*) FROM orders JOIN people USING (email)"));
        Assert.Equal(["*******4321|NULL|NULL|blob|32"], _world.Query("staging", "SELECT ssn, name, card, typeof(photo), length(photo) FROM people WHERE name IS NULL"));
        Assert.Equal(["16|27|32"], _world.Query("staging", "SELECT length(card), length(name), length(photo) FROM people WHERE name IS NOT NULL"));
        Assert.Equal(["2"], _world.Query("staging", "SELECT count(*) FROM orders WHERE phone LIKE '+__ _ _______'"));
        Assert.All(report.Tables, t => Assert.Equal(t.SourceRows, t.TargetRows));
        byte[] file = await File.ReadAllBytesAsync(_world.DatabaseOf("staging"), TestContext.Current.CancellationToken);
        foreach (string value in new[] { "ann@shop", "bob@shop", "Archer", "123-45", "5550001" })
            Assert.Equal(-1, file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(value)));
    }

    [Theory]
    [InlineData("CREATE TABLE t (a TEXT UNIQUE)")]
    [InlineData("CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX i ON t (a)")]
    [InlineData("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID")]
    public async Task Migrate_ARuleThatMakesUniqueValuesOne_FailsBeforeAnythingIsReplaced(string table)
    {
        _world.Execute("production", table + "; INSERT INTO t VALUES ('one-7777'), ('two-7777')");
        _world.Execute("staging", "CREATE TABLE old (a)");

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MaskDatabaseAsync(DataWorld.Policy().Mask("t", "a", MaskingRule.KeepLast(4))));

        Assert.Contains("a masking rule may have made two values of a unique column one", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("7777", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["old"], _world.Query("staging", "SELECT name FROM sqlite_master"));
        await _world.MaskDatabaseAsync(DataWorld.Policy().Mask("t", "a", MaskingRule.Fake));
    }

    [Fact]
    public async Task Migrate_DifferentRulesForColumnsThatReferToEachOther_AreFound()
    {
        _world.Execute("production", "CREATE TABLE a (k TEXT PRIMARY KEY); CREATE TABLE b (k TEXT REFERENCES a); INSERT INTO a VALUES ('x'); INSERT INTO b VALUES ('x')");

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MaskDatabaseAsync(DataWorld.Policy()
            .Mask("a", "k", MaskingRule.Hmac).Keep("b", "k")));

        Assert.Contains("1 rows of b refer to rows that are not there: columns that refer to each other need the same masking rule", error.Message, StringComparison.Ordinal);
    }

    private static DataMaskingPolicy Policy() => new DataMaskingPolicy { KeySecret = "k" }.Mask("t", "a", MaskingRule.Fake);

    private static DataMasker Masker() => new(Policy(), isRequired: true, Key);

    private static string Shape(char c) => char.IsAsciiDigit(c) ? "0" : c < 128 && char.IsUpper(c) ? "A" : c < 128 && char.IsLower(c) ? "a" : c < 128 ? $"={c}" : c >= 0x4E00 ? "ideograph" : $"{c >> 8}";
}
