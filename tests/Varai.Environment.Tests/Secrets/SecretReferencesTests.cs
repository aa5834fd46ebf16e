using CsCheck;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretReferencesTests
{
    [Theory]
    [InlineData("${secret:a}", "A")]
    [InlineData("Host=db;Password=${secret:a};User=${secret:b/c}", "Host=db;Password=A;User=BC")]
    [InlineData("${secret:a}${secret:a}", "AA")]
    [InlineData("$${secret:a}", "${secret:a}")]
    [InlineData("$${secret:a} ${secret:a}", "${secret:a} A")]
    [InlineData("$${secret:${secret:a}", "${secret:A")]
    [InlineData("5$ and ${other:a} and $ {secret:a}", "5$ and ${other:a} and $ {secret:a}")]
    [InlineData("", "")]
    public async Task Resolve_puts_values_in_place(string text, string expected)
    {
        var provider = new InMemorySecretProvider();
        provider.Set("a", "A");
        provider.Set("b/c", "BC");
        using var harness = new SecretStoreHarness(provider);

        SecretReferences references = SecretReferences.Parse(text);

        Assert.Equal(expected, references.Resolve(harness.Store));
        Assert.Equal(expected, await references.ResolveAsync(harness.Store, TestContext.Current.CancellationToken));
        Assert.Equal(text, references.ToString());
    }

    [Theory]
    [InlineData("Password=${secret:abc", 9, "The reference '${secret:' is not closed by '}'.")]
    [InlineData("${secret:a}${secret:}", 11, "The name in the reference '${secret:...}' is empty.")]
    [InlineData("${secret:a b}", 0, "The name in the reference '${secret:...}' holds the character U+0020, which is not allowed.")]
    [InlineData("x${secret:../a}", 1, "The name in the reference '${secret:...}' has a segment '.' or '..', which is not allowed.")]
    [InlineData("${secret:${secret:a}}", 0, "The name in the reference '${secret:...}' holds '$', which is not allowed.")]
    public void TryParse_malformed_reference_says_where_and_how(string text, int position, string message)
    {
        Assert.False(SecretReferences.TryParse(text, out SecretReferences? references, out SecretReferenceError? error));
        Assert.Null(references);
        Assert.Equal(new SecretReferenceError(position, message), error);
        var thrown = Assert.Throws<FormatException>(() => SecretReferences.Parse(text));
        Assert.Equal($"{message} (at character {position})", thrown.Message);
    }

    [Fact]
    public void Names_are_listed_once_in_order()
    {
        Assert.Equal(["b", "a"], SecretReferences.Parse("${secret:b}${secret:a}${secret:b}$${secret:c}").Names);
        Assert.Empty(SecretReferences.Parse("none").Names);
    }

    [Fact]
    public void MayContain_is_true_for_references_and_escapes_only()
    {
        Assert.True(SecretReferences.MayContain("x ${secret:a}"));
        Assert.True(SecretReferences.MayContain("$${secret:a}"));
        Assert.False(SecretReferences.MayContain("${SECRET:a} $"));
        Assert.False(SecretReferences.MayContain(null));
    }

    [Fact]
    public async Task Resolve_missing_secret_is_the_stores_error()
    {
        using var harness = new SecretStoreHarness(new InMemorySecretProvider());
        SecretReferences references = SecretReferences.Parse("${secret:missing}");
        Assert.Throws<SecretNotFoundException>(() => references.Resolve(harness.Store));
        await Assert.ThrowsAsync<SecretNotFoundException>(async () => await references.ResolveAsync(harness.Store, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Parse_any_mixture_of_pieces_resolves_to_their_values()
    {
        var provider = new InMemorySecretProvider();
        foreach (string name in (string[])["a", "b-c", "d/e:f"])
            provider.Set(name, $"<{name}>");
        using var harness = new SecretStoreHarness(provider);
        // A literal that ends in $ would make an escape of the reference behind it, so '$' stands only before a letter.
        Gen<(string Text, string Value)> piece = Gen.OneOf(
            OneOf("a", "b-c", "d/e:f").Select(name => ($"${{secret:{name}}}", $"<{name}>")),
            OneOf("a", "b-c").Select(name => ($"$${{secret:{name}}}", $"${{secret:{name}}}")),
            OneOf("text", "}", "{", "$x", "${x}", ";").Select(text => (text, text)));

        piece.Array[0, 8].Sample(pieces =>
            SecretReferences.Parse(string.Concat(pieces.Select(p => p.Text))).Resolve(harness.Store) == string.Concat(pieces.Select(p => p.Value)));
    }

    [Fact]
    public void TryParse_any_text_never_throws_and_keeps_plain_text() =>
        Gen.String[Gen.Char["${}secrt:a/. #"], 0, 40].Sample(text =>
        {
            bool parsed = SecretReferences.TryParse(text, out SecretReferences? references, out SecretReferenceError? error);
            return parsed ? references!.ToString() == text : error!.Position >= 0 && error.Position < text.Length;
        });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
