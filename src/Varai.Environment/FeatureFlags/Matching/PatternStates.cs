namespace Varai.FeatureFlags.Matching;

/// <summary>The nondeterministic automaton of a regular expression: states that consume a character, and states that don't.</summary>
internal sealed class PatternStates
{
    /// <summary>The most characters that an expression can consume on one way through it, counted ones each for themselves.</summary>
    public const int MostPositions = 256;

    private const int MostStates = 2_048;
    private const int Accepting = 0;

    private readonly List<State> _states = [new State(PatternPlace.None, Position: -1, Next: -1, Other: -1)];
    private readonly List<CharacterSet> _sets = [];
    private readonly List<int> _nextOfPosition = [];

    public PatternStates(PatternNode node)
    {
        if (Count(node) is not { Positions: <= MostPositions, States: <= MostStates })
            throw new NotSupportedException($"is too large: written out without counts, it may have {MostPositions} characters and classes");
        Start = Build(node, Accepting);
    }

    public int Start { get; }

    /// <summary>The set of each position.</summary>
    public IReadOnlyList<CharacterSet> Sets => _sets;

    /// <summary>All places that the expression asks for.</summary>
    public PatternPlace Places { get; private set; }

    /// <summary>The state after the character of a position.</summary>
    public int NextOf(int position) => _nextOfPosition[position];

    /// <summary>Which positions can be reached from a state without a character.</summary>
    /// <param name="state">The state.</param>
    /// <param name="holding">The places that hold.</param>
    /// <param name="positions">Takes the positions.</param>
    /// <returns>Whether the end of the expression can be reached.</returns>
    public bool Reach(int state, PatternPlace holding, ICollection<int> positions)
    {
        bool accepts = false;
        var seen = new bool[_states.Count];
        var open = new Stack<int>([state]);
        while (open.TryPop(out int index))
        {
            if (index < 0 || seen[index])
                continue;
            seen[index] = true;
            State one = _states[index];
            if (index == Accepting)
            {
                accepts = true;
            }
            else if (one.Position >= 0)
            {
                positions.Add(one.Position);
            }
            else if ((one.Place & ~holding) == 0)
            {
                open.Push(one.Next);
                open.Push(one.Other);
            }
        }

        return accepts;
    }

    // A part without characters does the same however often it is repeated.
    private static int? Limit(int? times, bool hasWidth) => hasWidth ? times : times is null ? 1 : Math.Min(times.Value, 1);

    private static (long Positions, long States) Count(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Characters:
                return (1, 1);
            case PatternNode.Place:
                return (0, 1);
            case PatternNode.Sequence { Parts: var parts }:
                return Sum(parts, each: 0);
            case PatternNode.Choice { Parts: var parts }:
                return Sum(parts, each: 1);
            default:
                var repetition = (PatternNode.Repetition)node;
                (long positions, long states) = Count(repetition.Part);
                long least = Limit(repetition.Least, positions > 0)!.Value;
                long times = Limit(repetition.Most, positions > 0) ?? least + 1;
                return (Math.Min(positions * times, int.MaxValue), Math.Min((states + 1) * Math.Max(times, 1), int.MaxValue));
        }

        static (long Positions, long States) Sum(IReadOnlyList<PatternNode> parts, long each)
        {
            (long positions, long states) = (0, 0);
            foreach (PatternNode part in parts)
            {
                (long partPositions, long partStates) = Count(part);
                positions = Math.Min(positions + partPositions, int.MaxValue);
                states = Math.Min(states + partStates + each, int.MaxValue);
            }

            return (positions, states);
        }
    }

    // From the end to the start: every state is made when what follows it is known.
    private int Build(PatternNode node, int next)
    {
        switch (node)
        {
            case PatternNode.Characters { Set: var set }:
                _sets.Add(set);
                _nextOfPosition.Add(next);
                return Add(new State(PatternPlace.None, _sets.Count - 1, next, Other: -1));
            case PatternNode.Place { Kind: var place }:
                Places |= place;
                return Add(new State(place, Position: -1, next, Other: -1));
            case PatternNode.Sequence { Parts: var parts }:
                for (int i = parts.Count - 1; i >= 0; i--)
                    next = Build(parts[i], next);
                return next;
            case PatternNode.Choice { Parts: var parts }:
                int choice = -1;
                for (int i = parts.Count - 1; i >= 0; i--)
                    choice = Add(new State(PatternPlace.None, Position: -1, Build(parts[i], next), choice));
                return choice;
            default:
                return Build((PatternNode.Repetition)node, next);
        }
    }

    private int Build(PatternNode.Repetition repetition, int next)
    {
        bool hasWidth = Count(repetition.Part).Positions > 0;
        int least = Limit(repetition.Least, hasWidth)!.Value;
        if (Limit(repetition.Most, hasWidth) is { } most)
        {
            int after = next;
            for (int i = least; i < most; i++)
                next = Add(new State(PatternPlace.None, Position: -1, Build(repetition.Part, next), after));
        }
        else
        {
            // The state comes first, for the part leads back to it.
            int again = Add(new State(PatternPlace.None, Position: -1, Next: -1, next));
            _states[again] = _states[again] with { Next = Build(repetition.Part, again) };
            next = again;
        }

        for (int i = 0; i < least; i++)
            next = Build(repetition.Part, next);
        return next;
    }

    private int Add(State state)
    {
        _states.Add(state);
        return _states.Count - 1;
    }

    private sealed record State(PatternPlace Place, int Position, int Next, int Other);
}
