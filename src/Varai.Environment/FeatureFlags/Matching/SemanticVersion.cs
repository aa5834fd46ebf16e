namespace Varai.FeatureFlags.Matching;

/// <summary>A version as SemVer 2.0.0 defines it, read in place.</summary>
/// <remarks>Numbers and identifiers may be of any length. A leading <c>v</c> is no part of a version, nor may minor or patch be left
/// out: guessing what was meant would make two services disagree.</remarks>
internal readonly ref struct SemanticVersion
{
    private readonly ReadOnlySpan<char> _major;
    private readonly ReadOnlySpan<char> _minor;
    private readonly ReadOnlySpan<char> _patch;
    private readonly ReadOnlySpan<char> _preRelease;

    /// <summary>The longest version that is read.</summary>
    public const int LongestText = 256;

    private SemanticVersion(
        ReadOnlySpan<char> major, ReadOnlySpan<char> minor, ReadOnlySpan<char> patch, ReadOnlySpan<char> preRelease)
    {
        _major = major;
        _minor = minor;
        _patch = patch;
        _preRelease = preRelease;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out SemanticVersion version)
    {
        version = default;
        if (text.Length > LongestText)
            return false;

        int plus = text.IndexOf('+');
        if (plus >= 0)
        {
            if (!AreIdentifiers(text[(plus + 1)..], allowLeadingZeros: true))
                return false;
            text = text[..plus];
        }

        ReadOnlySpan<char> preRelease = default;
        int dash = text.IndexOf('-');
        if (dash >= 0)
        {
            preRelease = text[(dash + 1)..];
            if (!AreIdentifiers(preRelease, allowLeadingZeros: false))
                return false;
            text = text[..dash];
        }

        int first = text.IndexOf('.');
        int last = text.LastIndexOf('.');
        if (first < 0 || first == last)
            return false;
        version = new SemanticVersion(text[..first], text[(first + 1)..last], text[(last + 1)..], preRelease);
        return IsNumber(version._major) && IsNumber(version._minor) && IsNumber(version._patch);
    }

    /// <summary>The order by precedence; build metadata plays no part.</summary>
    public static int Compare(SemanticVersion version, SemanticVersion other)
    {
        int order = CompareNumbers(version._major, other._major);
        if (order == 0)
            order = CompareNumbers(version._minor, other._minor);
        if (order == 0)
            order = CompareNumbers(version._patch, other._patch);
        if (order != 0)
            return order;
        if (version._preRelease.IsEmpty || other._preRelease.IsEmpty)
            return version._preRelease.IsEmpty.CompareTo(other._preRelease.IsEmpty);

        ReadOnlySpan<char> left = version._preRelease;
        ReadOnlySpan<char> right = other._preRelease;
        while (true)
        {
            order = CompareIdentifiers(TakeIdentifier(ref left), TakeIdentifier(ref right));
            if (order != 0)
                return order;
            if (left.IsEmpty || right.IsEmpty)
                return right.IsEmpty.CompareTo(left.IsEmpty);
        }
    }

    private static ReadOnlySpan<char> TakeIdentifier(ref ReadOnlySpan<char> rest)
    {
        int dot = rest.IndexOf('.');
        ReadOnlySpan<char> identifier = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? default : rest[(dot + 1)..];
        return identifier;
    }

    private static int CompareIdentifiers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        bool isLeftNumber = AreDigits(left);
        bool isRightNumber = AreDigits(right);
        if (isLeftNumber && isRightNumber)
            return CompareNumbers(left, right);
        return isLeftNumber == isRightNumber ? left.SequenceCompareTo(right) : isRightNumber.CompareTo(isLeftNumber);
    }

    // Without leading zeros the longer number is the greater one.
    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool allowLeadingZeros)
    {
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> identifier = text[range];
            if (identifier.IsEmpty)
                return false;
            foreach (char c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }

            if (!allowLeadingZeros && AreDigits(identifier) && !IsNumber(identifier))
                return false;
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => AreDigits(text) && (text.Length == 1 || text[0] != '0');

    // A loop: until it is optimised, IndexOfAnyExceptInRange boxes what it is given.
    private static bool AreDigits(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
        }

        return !text.IsEmpty;
    }
}
