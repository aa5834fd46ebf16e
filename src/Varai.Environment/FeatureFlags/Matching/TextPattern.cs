using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace Varai.FeatureFlags.Matching;

/// <summary>A regular expression as an automaton that follows all ways through a text at once, its states as bits.</summary>
/// <remarks>
/// Why not <see cref="RegexOptions.NonBacktracking"/>: it builds its automaton while it matches, so that expressions with counts
/// took 30 ms and more for a text of 256 characters, allocated, and ran into their timeout with an exception. Here the automaton
/// is whole when it is compiled, the time is bound by (positions x length), and matching allocates nothing.
/// The syntax and meaning are those of .NET with <see cref="RegexOptions.CultureInvariant"/>, without lookaround, backreferences,
/// atomic, conditional and balancing groups, Unicode blocks, octal escapes, \G and the option x. Case is ignored as
/// <see cref="StringComparison.OrdinalIgnoreCase"/> does.
/// </remarks>
internal sealed class TextPattern
{
    /// <summary>The longest expression.</summary>
    public const int LongestPattern = 1_024;

    /// <summary>The longest text that is matched.</summary>
    public const int LongestText = 1_024;

    private const int Ascii = 128;

    // What one character costs beside the positions, in positions; and a position in nanoseconds.
    private const int FixedWork = 8;
    private const int WorkOfList = 300_000;

    private readonly Variant[] _variants;
    private readonly byte[] _variantOf;
    private readonly ushort[] _classOfAscii;
    private readonly char[] _classStarts;
    private readonly ushort[] _classOfStart;
    private readonly Vector256<ulong>[] _positionsOfClass;
    private readonly NextKind[] _kindOfClass;
    private readonly bool _mayStartLater;

    private TextPattern(string text, PatternStates states)
    {
        Text = text;
        Positions = states.Sets.Count;
        (_classStarts, _classOfStart, _positionsOfClass, _kindOfClass) = FindClasses(states);
        _classOfAscii = [.. Enumerable.Range(0, Ascii).Select(c => SearchClass((char)c))];
        (_variants, _variantOf) = FindVariants(states);
        _mayStartLater = Enum.GetValues<PreviousKind>().Where(previous => previous != PreviousKind.None)
            .SelectMany(previous => Enum.GetValues<NextKind>().Select(next => _variants[_variantOf[IndexOf(previous, next)]]))
            .Any(variant => variant.AcceptsAtStart || variant.First != default);
    }

    private enum PreviousKind
    {
        None,
        LineBreak,
        Word,
        Other,
    }

    private enum NextKind
    {
        None,
        LastLineBreak,
        LineBreak,
        Word,
        Other,
    }

    /// <summary>The expression as it is written.</summary>
    public string Text { get; }

    /// <summary>How many characters and classes it has, written out without counts.</summary>
    public int Positions { get; }

    /// <summary>What it costs at most, as <see cref="MatchRule.Cost"/>.</summary>
    public int Cost => LongestText * (Positions + FixedWork) / 100;

    /// <summary>How many characters the items of a list may have together.</summary>
    public int LongestList => Math.Max(LongestText, WorkOfList / (Positions + FixedWork));

    /// <summary>Compiles an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="ignoreCase">Whether case is ignored.</param>
    /// <param name="pattern">The compiled expression.</param>
    /// <returns>What is wrong with it, as the end of "the regular expression ..."; <see langword="null"/> when nothing is.</returns>
    public static string? TryCompile(string text, bool ignoreCase, out TextPattern? pattern)
    {
        pattern = null;
        if (text.Length > LongestPattern)
            return $"is longer than {LongestPattern} characters";
        try
        {
            // It is never matched, only read: .NET knows best what is wrong with it.
            _ = new Regex(text, RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            pattern = new TextPattern(text, new PatternStates(PatternParser.Parse(text, ignoreCase)));
            return null;
        }
        catch (RegexParseException e)
        {
            return $"is not valid at character {e.Offset}: {Describe(e.Error)}";
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether it matches somewhere in a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        Vector256<ulong> state = default;
        var previous = PreviousKind.None;
        for (int i = 0; i < text.Length; i++)
        {
            ushort found = FindClass(text[i]);
            NextKind next = _kindOfClass[found];
            Variant variant = _variants[_variantOf[IndexOf(previous, next == NextKind.LineBreak && i == text.Length - 1 ? NextKind.LastLineBreak : next)]];
            if (variant.AcceptsAtStart || (state & variant.Last) != default)
                return true;
            state = variant.Follow(state) & _positionsOfClass[found];
            if (state == default && !_mayStartLater)
                return false;
            previous = next switch
            {
                NextKind.LineBreak => PreviousKind.LineBreak,
                NextKind.Word => PreviousKind.Word,
                _ => PreviousKind.Other,
            };
        }

        Variant end = _variants[_variantOf[IndexOf(previous, NextKind.None)]];
        return end.AcceptsAtStart || (state & end.Last) != default;
    }

    private static int IndexOf(PreviousKind previous, NextKind next) => ((int)previous * 5) + (int)next;

    private static string Describe(RegexParseError error) =>
        string.Concat(error.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    private static PatternPlace FindPlaces(PreviousKind previous, NextKind next)
    {
        PatternPlace places = PatternPlace.None;
        if (previous == PreviousKind.None)
            places |= PatternPlace.Start | PatternPlace.LineStart;
        if (previous == PreviousKind.LineBreak)
            places |= PatternPlace.LineStart;
        if (next == NextKind.None)
            places |= PatternPlace.VeryEnd;
        if (next is NextKind.None or NextKind.LastLineBreak)
            places |= PatternPlace.End | PatternPlace.LineEnd;
        if (next == NextKind.LineBreak)
            places |= PatternPlace.LineEnd;
        return places | (previous == PreviousKind.Word != (next == NextKind.Word) ? PatternPlace.WordBoundary : PatternPlace.NoWordBoundary);
    }

    // Where the expression asks for places, what may follow depends on where it is: one table for each set of places that hold.
    private static (Variant[] Variants, byte[] VariantOf) FindVariants(PatternStates states)
    {
        var variants = new List<Variant>();
        var indexes = new Dictionary<PatternPlace, byte>();
        var variantOf = new byte[IndexOf(PreviousKind.Other, NextKind.Other) + 1];
        foreach (PreviousKind previous in Enum.GetValues<PreviousKind>())
        {
            foreach (NextKind next in Enum.GetValues<NextKind>())
            {
                PatternPlace holding = FindPlaces(previous, next) & states.Places;
                if (!indexes.TryGetValue(holding, out byte index))
                {
                    indexes[holding] = index = (byte)variants.Count;
                    variants.Add(new Variant(states, holding));
                }

                variantOf[IndexOf(previous, next)] = index;
            }
        }

        return ([.. variants], variantOf);
    }

    // Characters that no set of the expression tells apart are one class.
    private static (char[] Starts, ushort[] ClassOfStart, Vector256<ulong>[] Positions, NextKind[] Kinds) FindClasses(PatternStates states)
    {
        var sets = new List<(CharacterSet Set, List<int> Positions)>();
        foreach ((int position, CharacterSet set) in states.Sets.Index())
        {
            List<int>? known = sets.Find(one => one.Set.SetEquals(set)).Positions;
            if (known is null)
                sets.Add((set, [position]));
            else
                known.Add(position);
        }

        CharacterSet lineBreak = CharacterSet.Of('\n', '\n');
        CharacterSet word = (states.Places & (PatternPlace.WordBoundary | PatternPlace.NoWordBoundary)) == 0 ? CharacterSet.Empty : PatternSets.BoundaryWord;
        var bounds = new SortedSet<int> { 0 };
        foreach (CharacterSet set in sets.Select(one => one.Set).Append(lineBreak).Append(word))
        {
            foreach ((char first, char last) in set.Ranges)
            {
                bounds.Add(first);
                if (last < char.MaxValue)
                    bounds.Add(last + 1);
            }
        }

        Span<ulong> bits = stackalloc ulong[4];
        var starts = new List<char>();
        var classOfStart = new List<ushort>();
        var classes = new Dictionary<(Vector256<ulong> Positions, NextKind Kind), ushort>();
        foreach (char start in bounds.Select(bound => (char)bound))
        {
            bits.Clear();
            foreach ((CharacterSet set, List<int> positions) in sets)
            {
                if (!set.Contains(start))
                    continue;
                foreach (int position in positions)
                    bits[position >> 6] |= 1UL << (position & 63);
            }

            NextKind kind = lineBreak.Contains(start) ? NextKind.LineBreak : word.Contains(start) ? NextKind.Word : NextKind.Other;
            (Vector256<ulong> Positions, NextKind Kind) key = (Vector256.Create<ulong>(bits), kind);
            if (!classes.TryGetValue(key, out ushort found))
                classes[key] = found = (ushort)classes.Count;
            if (classOfStart.Count == 0 || classOfStart[^1] != found)
            {
                starts.Add(start);
                classOfStart.Add(found);
            }
        }

        return ([.. starts], [.. classOfStart], [.. classes.Keys.Select(key => key.Positions)], [.. classes.Keys.Select(key => key.Kind)]);
    }

    private ushort FindClass(char c) => c < Ascii ? _classOfAscii[c] : SearchClass(c);

    private ushort SearchClass(char c)
    {
        int index = Array.BinarySearch(_classStarts, c);
        return _classOfStart[index < 0 ? ~index - 1 : index];
    }

    /// <summary>What follows what, where certain places hold.</summary>
    private sealed class Variant
    {
        private readonly Vector256<ulong>[] _follow;

        public Variant(PatternStates states, PatternPlace holding)
        {
            var reached = new Dictionary<int, (Vector256<ulong> Positions, bool Accepts)>();
            (First, AcceptsAtStart) = Reach(states.Start);
            _follow = new Vector256<ulong>[states.Sets.Count];
            Span<ulong> last = stackalloc ulong[4];
            for (int position = 0; position < _follow.Length; position++)
            {
                (_follow[position], bool accepts) = Reach(states.NextOf(position));
                if (accepts)
                    last[position >> 6] |= 1UL << (position & 63);
            }

            Last = Vector256.Create<ulong>(last);

            (Vector256<ulong> Positions, bool Accepts) Reach(int state)
            {
                if (reached.TryGetValue(state, out (Vector256<ulong>, bool) known))
                    return known;
                var positions = new List<int>();
                bool accepts = states.Reach(state, holding, positions);
                var bits = new ulong[4];
                foreach (int position in positions)
                    bits[position >> 6] |= 1UL << (position & 63);
                return reached[state] = (Vector256.Create(bits), accepts);
            }
        }

        /// <summary>The positions with which a match can begin here.</summary>
        public Vector256<ulong> First { get; }

        /// <summary>The positions after which a match can end here.</summary>
        public Vector256<ulong> Last { get; }

        /// <summary>Whether an empty match is possible here.</summary>
        public bool AcceptsAtStart { get; }

        /// <summary>The positions that can come next: after those that came before, or as the beginning of a match.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public Vector256<ulong> Follow(Vector256<ulong> state)
        {
            Vector256<ulong> next = First;
            if (state == default)
                return next;
            next |= Follow(state.GetElement(0), 0);
            if (_follow.Length > 64)
                next |= Follow(state.GetElement(1), 64) | Follow(state.GetElement(2), 128) | Follow(state.GetElement(3), 192);
            return next;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<ulong> Follow(ulong bits, int offset)
        {
            Vector256<ulong> next = default;
            while (bits != 0)
            {
                next |= _follow[offset + BitOperations.TrailingZeroCount(bits)];
                bits &= bits - 1;
            }

            return next;
        }
    }
}
