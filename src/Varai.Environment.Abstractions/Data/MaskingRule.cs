namespace Varai.Data;

/// <summary>What becomes of the values of a column. NULL always stays NULL.</summary>
/// <remarks>With one key, a rule gives the same output for the same input in every table, so that keys that refer to each other
/// still do.</remarks>
public sealed record MaskingRule
{
    private MaskingRule(MaskingRuleKind kind, int length = 0)
    {
        Kind = kind;
        Length = length;
    }

    /// <summary>Leaves values as they are.</summary>
    public static MaskingRule Keep { get; } = new(MaskingRuleKind.Keep);

    /// <summary>Makes values NULL.</summary>
    public static MaskingRule Null { get; } = new(MaskingRuleKind.Null);

    /// <summary>A keyed hash (HMAC-SHA-256): of text an <c>x</c> with 26 letters and digits, of a whole number a positive one, of bytes
    /// 32 bytes. Nobody gets back without the key, and two values practically never become one.</summary>
    public static MaskingRule Hmac { get; } = new(MaskingRuleKind.Hmac);

    /// <summary>Another value of the same shape: letters become letters of the same case and alphabet, digits digits, and the rest of
    /// ASCII stays, so that a telephone number stays one. An e-mail address stays one, in the reserved domain <c>.test</c>. Two values
    /// of ASCII that are no e-mail addresses never become one. Bytes are hashed as <see cref="Hmac"/> does.</summary>
    public static MaskingRule Fake { get; } = new(MaskingRuleKind.Fake);

    /// <summary>What the rule does.</summary>
    public MaskingRuleKind Kind { get; }

    /// <summary>How many characters <see cref="KeepLast"/> keeps; 0 for the others.</summary>
    public int Length { get; }

    /// <summary>Whether it can't be applied without the key.</summary>
    public bool NeedsKey => Kind is MaskingRuleKind.Hmac or MaskingRuleKind.Fake or MaskingRuleKind.KeepLast;

    /// <summary>Keeps the last characters and makes each before them a <c>*</c>; of a whole number the last digits. A text no longer
    /// than that is hidden whole. Bytes are hashed as <see cref="Hmac"/> does.</summary>
    /// <param name="count">How many characters, from 1 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is another number.</exception>
    public static MaskingRule KeepLast(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 64);
        return new MaskingRule(MaskingRuleKind.KeepLast, count);
    }
}
