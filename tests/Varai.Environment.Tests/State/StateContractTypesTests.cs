using System.Text;
using CsCheck;
using Varai.State;

namespace Varai.Tests.State;

public sealed class StateContractTypesTests
{
    private static readonly Gen<string> GenName = Gen.OneOf(
        Gen.Int[0x20, 0x7E], Gen.Int[0xD7F0, 0xD7FF], Gen.Int[0xE000, 0xE010], Gen.Int[0xFFF0, 0xFFFF], Gen.Int[0x10000, 0x10010], Gen.Int[0x10FFF0, 0x10FFFF])
        .List[0, 4].Select(codePoints => string.Concat(codePoints.Select(char.ConvertFromUtf32)));

    [Fact]
    public void Comparer_sorts_as_utf8_bytes_do() => Gen.Select(GenName, GenName).Sample((x, y) =>
        Math.Sign(StateKey.Comparer.Compare(x, y)) == Math.Sign(Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y))));

    [Fact]
    public void GetEnd_is_the_border_of_a_prefix() => Gen.Select(GenName, GenName).Sample((prefix, name) =>
    {
        string? end = KeyRange.GetEnd(prefix);
        bool isInRange = StateKey.Comparer.Compare(name, prefix) >= 0 && (end is null || StateKey.Comparer.Compare(name, end) < 0);
        return isInRange == name.StartsWith(prefix, StringComparison.Ordinal)
            && (end is null || !end.StartsWith(prefix, StringComparison.Ordinal) || prefix.Length == 0);
    });

    [Theory]
    [InlineData("a\nb", "The name has the character U+000A at index 1; control characters and half surrogate pairs are not allowed.")]
    [InlineData("\u009F", "The name has the character U+009F at index 0; control characters and half surrogate pairs are not allowed.")]
    public void ThrowIfInvalid_names_the_character(string name, string message)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => StateKey.ThrowIfInvalid(name));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("name", error.ParamName);
    }

    [Fact]
    public void ThrowIfInvalid_names_the_length()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => StateKey.ThrowIfInvalid(new string('k', 513)));
        Assert.StartsWith($"The name '{new string('k', 40)}...' has 513 characters; at most 512 are allowed.", error.Message, StringComparison.Ordinal);
        StateKey.ThrowIfInvalid(new string('k', 512));
    }

    [Fact]
    public void BlobId_text_comes_back() => Gen.Byte.Array[32].Sample(hash =>
    {
        var id = new BlobId(hash);
        byte[] copy = new byte[32];
        id.CopyTo(copy);
        return BlobId.Parse(id.ToString()) == id && id.ToString() == Convert.ToHexStringLower(hash) && copy.AsSpan().SequenceEqual(hash);
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void BlobId_takes_one_spelling_only(string? text)
    {
        Assert.False(BlobId.TryParse(text, out BlobId id));
        Assert.Equal(default, id);
        Assert.Throws<FormatException>(() => BlobId.Parse(text!));
    }

    [Fact]
    public void Transaction_refuses_two_operations_on_one_document()
    {
        foreach (Action<StateTransaction> second in (Action<StateTransaction>[])[t => t.Put("a", default), t => t.Delete("a"), t => t.Expect("a", 1)])
        {
            StateTransaction transaction = new StateTransaction().Put("a", default).Append("a", default);
            ArgumentException error = Assert.Throws<ArgumentException>(() => second(transaction));
            Assert.StartsWith("The transaction already has an operation on the document 'a'; which of the two is meant?", error.Message, StringComparison.Ordinal);
            Assert.Equal(2, transaction.Operations.Count);
        }
    }

    [Fact]
    public void Transaction_refuses_impossible_expectations()
    {
        var transaction = new StateTransaction();
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Put("a", default, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Delete("a", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Expect("a", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Append("a", default, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamQuery("a") { Limit = -1 });
        Assert.Empty(transaction.Operations);
    }

    [Theory]
    [InlineData(StateOperationKind.Put, 2L, 3, "The document 'a' is at version 3, but 2 was expected: read it again and retry.")]
    [InlineData(StateOperationKind.Put, 0L, 3, "The document 'a' is at version 3, but it was expected not to exist: read it again and retry.")]
    [InlineData(StateOperationKind.Delete, 2L, 0, "The document 'a' does not exist, but 2 was expected: read it again and retry.")]
    [InlineData(StateOperationKind.Append, 2L, 3, "The stream 'a' is at sequence 3, but 2 was expected: read it again and retry.")]
    [InlineData(StateOperationKind.Append, 0L, 3, "The stream 'a' is at sequence 3, but it was expected to be empty: read it again and retry.")]
    [InlineData(StateOperationKind.Append, 2L, 0, "The stream 'a' is empty, but 2 was expected: read it again and retry.")]
    public void Conflict_says_what_was_found_and_expected(StateOperationKind kind, long expected, long actual, string message) =>
        Assert.Equal(message, Assert.Throws<StateConflictException>(() => new StateOperation(kind, "a", default, expected).ThrowIfConflict(actual)).Message);

    [Fact]
    public void LeaseLost_says_who_holds_it_now()
    {
        var lease = new Lease("l", "a", 1, DateTimeOffset.MinValue);
        Assert.Equal(
            "The lease 'l' of 'a' with token 1 is lost: it expired or was released. Stop the work it protects and acquire it again.",
            new LeaseLostException(lease, null).Message);
        Assert.Equal(
            "The lease 'l' of 'a' with token 1 is lost: it is held by 'b' with token 2. Stop the work it protects and acquire it again.",
            new LeaseLostException(lease, new Lease("l", "b", 2, DateTimeOffset.MinValue)).Message);
    }
}
