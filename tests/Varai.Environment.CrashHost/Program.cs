using Microsoft.Extensions.Logging.Abstractions;
using Varai.CrashHost;
using Varai.State;

// A process for tests to kill, or to share a state folder with:
//   commit <folder> <documents>      commits for ever and acknowledges each commit on standard output
//   increment <folder> <key> <times> adds to a counter by compare-and-swap, then ends
//   secrets                          reads a secret, lets go of it, and says how often it is still in the process's memory
//   configure <content root>         changes the configuration for ever and acknowledges each change
//   configure-state <content root>   the same with the environments in the state store
//   promote <content root>           promotes and rolls back for ever and says before and after each what it does
//   promote-postgresql <connection string> <schema> <content root>    like promote, with its state in PostgreSQL
//   data-<kind> <content root> [hold]                moves versions of files or of a database for ever and acknowledges each move; or stops in the midst of one
//   postgresql-data <content root> <source> <target> [hold]  moves versions of a PostgreSQL database for ever and acknowledges each move
//   flags <content root>             edits feature flags in the state store for ever and acknowledges each edit
//   secrets-write <folder> <names>   writes secrets of the local store for ever and acknowledges each write
//   secrets-rotate <folder>          rotates the store's key for ever and acknowledges each rotation
//   secrets-add <folder> <prefix> <times> writes that many secrets, then ends
//   postgresql-commit <connection string> <schema> <documents>        like commit, in PostgreSQL
//   postgresql-increment <connection string> <schema> <key> <times>   like increment, in PostgreSQL
//   postgresql-flag <connection string> <schema> <content root> <flag> <listen or poll> says for ever whether a flag kept there is on
if (args[0] is "configure" or "configure-state")
{
    await Updates.RunAsync(args[1], inState: args[0] == "configure-state", Console.Out);
    return;
}

if (args[0] == "promote")
{
    await Promotions.RunAsync(args[1], Console.Out);
    return;
}

if (args[0] == "promote-postgresql")
{
    await Promotions.RunAsync(args[3], Console.Out, args[1], args[2]);
    return;
}

if (args[0].StartsWith("data-", StringComparison.Ordinal))
{
    await DataMoves.RunAsync(args[0]["data-".Length..], args[1], holds: args.Length > 2, Console.Out);
    return;
}

if (args[0] == "flags")
{
    await FlagEdits.RunAsync(args[1], Console.Out);
    return;
}

if (args[0] == "secrets")
{
    await SecretResidue.RunAsync(Console.Out);
    return;
}

if (args[0].StartsWith("secrets-", StringComparison.Ordinal))
{
    await LocalSecrets.RunAsync(args, Console.Out);
    return;
}

if (args[0] == "postgresql-data")
{
    await PostgreSqlMoves.RunAsync(args[1], args[2], args[3], holds: args.Length > 4, Console.Out);
    return;
}

if (args[0].StartsWith("postgresql-", StringComparison.Ordinal))
{
    await PostgreSqlNode.RunAsync(args, Console.Out);
    return;
}

using var store = new SqliteStateStore(
    args[1], new StateOptions { BusyTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System, NullLogger<SqliteStateStore>.Instance);
switch (args[0])
{
    case "commit":
        await Commits.RunAsync(store, int.Parse(args[2], null), Console.Out);
        break;
    case "increment":
        await Increments.RunAsync(store, args[2], int.Parse(args[3], null));
        break;
    default:
        throw new InvalidOperationException($"Unknown command '{args[0]}'.");
}
