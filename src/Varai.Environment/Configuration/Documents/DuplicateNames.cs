using System.Buffers;
using System.Numerics;

namespace Varai.Configuration.Documents;

/// <summary>Finds names that an object holds twice, or twice but for the case of their letters.</summary>
internal sealed class DuplicateNames(DocumentErrors errors, bool caseSensitive) : IDisposable
{
    // Up to here comparing each with each costs less than filling a table.
    private const int Few = 8;

    private int[] _table = [];

    /// <summary>Notes an error for each name that an earlier member has already.</summary>
    /// <param name="members">The members.</param>
    /// <param name="hashes">A <see cref="NameHash"/> for each; empty when a name is not ASCII.</param>
    /// <param name="builder">For the key in the error.</param>
    /// <param name="depth">How many levels of the builder's path lead to the object.</param>
    /// <returns>Whether there are any.</returns>
    public bool Check(ReadOnlySpan<ConfigurationMember> members, ReadOnlySpan<uint> hashes, TreeBuilder builder, int depth)
    {
        if (!hashes.IsEmpty && (members.Length <= Few ? AllDiffer(hashes) : AllDiffer(members, hashes)))
            return false;

        bool any = false;
        var seen = new Dictionary<string, int>(members.Length, Comparer(caseSensitive));
        for (int i = 0; i < members.Length; i++)
        {
            if (!seen.TryAdd(members[i].Name, i))
            {
                any = true;
                AddError(members[seen[members[i].Name]], members[i], builder, depth);
            }
        }

        return any;
    }

    /// <summary>Moves the first member of each name to the front.</summary>
    /// <returns>How many there are.</returns>
    public static int KeepFirst(Span<ConfigurationMember> members, bool caseSensitive)
    {
        var seen = new HashSet<string>(members.Length, Comparer(caseSensitive));
        int kept = 0;
        foreach (ConfigurationMember member in members)
        {
            if (seen.Add(member.Name))
                members[kept++] = member;
        }

        return kept;
    }

    public static StringComparer Comparer(bool caseSensitive) =>
        caseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    public void Dispose()
    {
        if (_table.Length > 0)
            ArrayPool<int>.Shared.Return(_table);
        _table = [];
    }

    private static bool AllDiffer(ReadOnlySpan<uint> hashes)
    {
        for (int i = 1; i < hashes.Length; i++)
        {
            if (hashes[..i].Contains(hashes[i]))
                return false;
        }

        return true;
    }

    /// <summary>Whether no two names are surely the same; gives up, with no, when the hashes were chosen to collide.</summary>
    private bool AllDiffer(ReadOnlySpan<ConfigurationMember> members, ReadOnlySpan<uint> hashes)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)members.Length * 2);
        if (_table.Length < size)
        {
            Dispose();
            _table = ArrayPool<int>.Shared.Rent(size);
        }

        Span<int> table = _table.AsSpan(0, size);
        table.Clear();
        uint mask = (uint)size - 1;
        int patience = members.Length * 8;
        for (int i = 0; i < members.Length; i++)
        {
            uint slot = hashes[i] & mask;
            while (table[(int)slot] is not 0 and int taken)
            {
                if (hashes[taken - 1] == hashes[i]
                    && string.Equals(members[taken - 1].Name, members[i].Name, StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }

                if (--patience < 0)
                    return false;
                slot = (slot + 1) & mask;
            }

            table[(int)slot] = i + 1;
        }

        return true;
    }

    private void AddError(in ConfigurationMember first, in ConfigurationMember second, TreeBuilder builder, int depth)
    {
        if (!errors.Accepts())
            return;
        string key = depth == 0 ? second.Name : $"{builder.Path(depth)}:{second.Name}";
        errors.Add(second.NameStart, key, first.Name == second.Name
            ? $"the key '{second.Name}' is written twice; the first is at {errors.Place(first.NameStart)}"
            : $"the keys '{first.Name}' and '{second.Name}' differ only in case and would be one; the first is at {errors.Place(first.NameStart)}");
    }
}
