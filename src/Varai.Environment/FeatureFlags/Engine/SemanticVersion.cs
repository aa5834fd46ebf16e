using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>A version as semver.org describes it; minor and patch may be left out and are 0 then.</summary>
internal readonly ref struct SemanticVersion
{
    private readonly ulong _major;
    private readonly ulong _minor;
    private readonly ulong _patch;
    private readonly ReadOnlySpan<char> _preRelease;

    private SemanticVersion(ulong major, ulong minor, ulong patch, ReadOnlySpan<char> preRelease)
    {
        _major = major;
        _minor = minor;
        _patch = patch;
        _preRelease = preRelease;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out SemanticVersion version)
    {
        version = default;
        if (text.IndexOf('+') is >= 0 and var build)
        {
            if (!AreIdentifiers(text[(build + 1)..], isPreRelease: false))
                return false;
            text = text[..build];
        }

        ReadOnlySpan<char> preRelease = [];
        if (text.IndexOf('-') is >= 0 and var dash)
        {
            preRelease = text[(dash + 1)..];
            text = text[..dash];
            if (!AreIdentifiers(preRelease, isPreRelease: true))
                return false;
        }

        Span<ulong> numbers = [0, 0, 0];
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            if (count == numbers.Length || !TryParseNumber(text[range], out numbers[count++]))
                return false;
        }

        version = new SemanticVersion(numbers[0], numbers[1], numbers[2], preRelease);
        return true;
    }

    public int CompareWith(SemanticVersion other)
    {
        int core = (_major, _minor, _patch).CompareTo((other._major, other._minor, other._patch));
        return core != 0 ? core
            : _preRelease.IsEmpty || other._preRelease.IsEmpty ? _preRelease.IsEmpty.CompareTo(other._preRelease.IsEmpty)
            : ComparePreReleases(_preRelease, other._preRelease);
    }

    private static int ComparePreReleases(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (true)
        {
            ReadOnlySpan<char> a = TakeIdentifier(ref left), b = TakeIdentifier(ref right);
            if (a.IsEmpty || b.IsEmpty)
                return b.IsEmpty.CompareTo(a.IsEmpty);
            int comparison = CompareIdentifiers(a, b);
            if (comparison != 0)
                return comparison;
        }
    }

    private static ReadOnlySpan<char> TakeIdentifier(ref ReadOnlySpan<char> rest)
    {
        int dot = rest.IndexOf('.');
        ReadOnlySpan<char> identifier = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? [] : rest[(dot + 1)..];
        return identifier;
    }

    // Numbers by value, which without leading zeros is by length first; numbers before text; text by its characters.
    private static int CompareIdentifiers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        bool isANumber = IsNumber(a), isBNumber = IsNumber(b);
        if (isANumber != isBNumber)
            return isANumber ? -1 : 1;
        return isANumber && a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool isPreRelease)
    {
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> identifier = text[range];
            if (identifier.IsEmpty || (isPreRelease && identifier is ['0', _, ..] && IsNumber(identifier)))
                return false;
            foreach (char c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool TryParseNumber(ReadOnlySpan<char> text, out ulong number)
    {
        number = 0;
        return text is not (['0', _, ..]) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
