using Varai.Data;
using Varai.Data.Files;
using Varai.Tests.TestResources;

namespace Varai.Tests.Data;

public sealed class FilesMigrationTests : IDisposable
{
    private readonly DataWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Migrate_IntoNothing_CopiesContentsTimesModesLinksAndNames()
    {
        _world.Write("a.txt", "one");
        _world.Write("leer/ü \"x\" '日本' 😀\n.bin", "two");
        _world.Write("empty", "");
        _world.Write("large", new string('x', 1_000_000));
        Directory.CreateDirectory(Path.Combine(_world.Source, "nothing", "in", "it"));
        File.CreateSymbolicLink(Path.Combine(_world.Source, "leer", "link"), "../a.txt");
        File.CreateSymbolicLink(Path.Combine(_world.Source, "folder"), "leer");
        File.SetLastWriteTimeUtc(Path.Combine(_world.Source, "a.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(1234567));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_world.Source, "a.txt"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
            File.SetUnixFileMode(Path.Combine(_world.Source, "nothing", "in"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        DataComponentReport report = await _world.MoveFilesAsync();

        Assert.Equal(DataWorld.Tree(_world.Source), DataWorld.Tree(_world.Target));
        Assert.True(report.HasChanged);
        Assert.Equal((10, 0, 0), (report.Copied, report.Unchanged, report.Deleted));
        Assert.Empty(_world.Leftovers());
        Assert.Equal(await _world.Files.FingerprintAsync("staging", Token), await _world.Files.FingerprintAsync("production", Token));
    }

    [Fact]
    public async Task Migrate_ManyFoldersAtOnce_MakesEachBeforeItIsWrittenInto()
    {
        for (int i = 0; i < 3000; i++)
            _world.Write($"d{i / 4}/f{i}", $"{i}");
        _world.FilesOptions.Parallelism = 16;
        _world.Options.JournalBatch = 1000;

        await _world.MoveFilesAsync();

        Assert.Equal(DataWorld.Tree(_world.Source), DataWorld.Tree(_world.Target));
    }

    [Fact]
    public async Task Migrate_AgainWithNothingChanged_ReadsAndWritesNothing()
    {
        for (int i = 0; i < 10; i++)
            _world.Write($"d{i % 3}/f{i}", $"{i}");
        await _world.MoveFilesAsync();
        DateTime before = Directory.GetCreationTimeUtc(_world.Target);

        DataComponentReport report = await _world.MoveFilesAsync();

        Assert.False(report.HasChanged);
        Assert.Equal((0, 13, 0), (report.Copied, report.Unchanged, report.BytesCopied));
        Assert.Equal(before, Directory.GetCreationTimeUtc(_world.Target));
        Assert.Empty(_world.Leftovers());
    }

    [Theory]
    [InlineData(DataFilesReplacement.Swap)]
    [InlineData(DataFilesReplacement.PerFile)]
    public async Task Migrate_AfterSomeChanges_CopiesThoseAndKeepsWhatTheTargetHasMore(DataFilesReplacement replacement)
    {
        _world.FilesOptions.Replacement = replacement;
        for (int i = 0; i < 10; i++)
            _world.Write($"d{i % 3}/f{i}", $"{i}");
        await _world.MoveFilesAsync();
        _world.Write("d0/f0", "changed");
        _world.Write("d9/new", "new");
        File.CreateSymbolicLink(Path.Combine(_world.Source, "link"), "d0/f0");
        _world.Write("d1/extra", "extra", "production");
        _world.Write("own/extra", "extra", "production");

        DataComponentReport report = await _world.MoveFilesAsync();

        Assert.Equal("changed", _world.Read("d0/f0"));
        Assert.Equal("new", _world.Read("d9/new"));
        Assert.Equal("changed", _world.Read("link"));
        Assert.Equal("extra", _world.Read("d1/extra"));
        Assert.Equal("extra", _world.Read("own/extra"));
        Assert.Equal(4, report.Copied); // two files, a directory, a link
        Assert.Equal(0, report.Deleted);
        Assert.False((await _world.MoveFilesAsync()).HasChanged);
        Assert.Empty(_world.Leftovers());
    }

    [Theory]
    [InlineData(DataFilesReplacement.Swap)]
    [InlineData(DataFilesReplacement.PerFile)]
    public async Task Migrate_WithDeletions_RemovesWhatTheSourceHasNotUpToTheShare(DataFilesReplacement replacement)
    {
        _world.FilesOptions.Replacement = replacement;
        for (int i = 0; i < 40; i++)
            _world.Write($"f{i}", $"{i}");
        await _world.MoveFilesAsync();
        File.Delete(Path.Combine(_world.Source, "f0"));
        File.Delete(Path.Combine(_world.Source, "f1"));
        Directory.CreateDirectory(Path.Combine(_world.Target, "empty"));

        DataComponentReport report = await _world.MoveFilesAsync(delete: true);

        Assert.Equal(2, report.Deleted);
        Assert.Equal(DataWorld.Tree(_world.Source), DataWorld.Tree(_world.Target));
        for (int i = 2; i < 5; i++)
            File.Delete(Path.Combine(_world.Source, $"f{i}"));
        List<string> before = DataWorld.Tree(_world.Target);
        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync(delete: true));
        Assert.Contains("3 of the 38 files of", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 5.0 % may be", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, DataWorld.Tree(_world.Target));
        _world.FilesOptions.MaximumDeletedShare = 0.5;
        Assert.Equal(3, (await _world.MoveFilesAsync(delete: true)).Deleted);
    }

    [Fact]
    public async Task Migrate_AChangeThatSizeAndTimeHide_IsFoundByVerifyingContents()
    {
        string path = _world.Write("f", "one");
        _world.Write("g", "same");
        await _world.MoveFilesAsync();
        DateTime time = File.GetLastWriteTimeUtc(path);
        await File.WriteAllTextAsync(path, "two", Token);
        File.SetLastWriteTimeUtc(path, time);

        Assert.False((await _world.MoveFilesAsync()).HasChanged);
        Assert.True((await _world.MoveFilesAsync(verify: true)).HasChanged);

        Assert.Equal("two", _world.Read("f"));
        Assert.False((await _world.MoveFilesAsync(verify: true)).HasChanged);
        Assert.Empty(_world.Leftovers());
    }

    [Fact]
    public async Task Migrate_IntoATargetThatNobodyRecorded_CopiesAllOfIt()
    {
        string source = _world.Write("f", "one");
        string target = _world.Write("f", "two", "production");
        File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(source));

        await _world.MoveFilesAsync();

        Assert.Equal("one", _world.Read("f"));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("a/../../../outside")]
    public async Task Migrate_ALinkOutOfTheTree_IsRefusedOrLeftOut(string target)
    {
        _world.Write("a/f", "x");
        File.CreateSymbolicLink(Path.Combine(_world.Source, "link"), target);

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync());
        Assert.Contains("The link 'link' leads out of the folder", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Target));
        _world.FilesOptions.SkipOutsideLinks = true;
        DataComponentReport report = await _world.MoveFilesAsync();

        Assert.Contains("leads out of the folder", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Combine(_world.Target, "link")));
    }

    [Fact]
    public async Task Migrate_APipe_IsLeftOutAndNotWaitedFor()
    {
        _world.Write("f", "x");
        Assert.SkipUnless(OperatingSystem.IsLinux() && ReadOnlyRun("mkfifo", Path.Combine(_world.Source, "pipe")), "needs mkfifo");

        DataComponentReport report = await _world.MoveFilesAsync();

        Assert.Contains("'pipe'", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Combine(_world.Target, "pipe")));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/x")]
    [InlineData("a//x")]
    [InlineData("./x")]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task Restore_APathThatLeadsElsewhere_IsRefused(string name)
    {
        await using IDataRestore restore = await _world.Files.RestoreAsync(new DataRestoreRequest("production", Guid.NewGuid().ToString("N")), Token);
        var item = new DataItem(name, DataItemKind.File) { Length = 1 };

        await Assert.ThrowsAsync<DataComponentException>(async () => await restore.FindAsync(item, earlier: null, Token));
        await Assert.ThrowsAsync<DataComponentException>(() => restore.WriteAsync(item, new MemoryStream([1]), Token));
    }

    [Fact]
    public async Task Restore_AFileBelowALinkOfTheTarget_IsNotWrittenThroughIt()
    {
        _world.FilesOptions.Replacement = DataFilesReplacement.PerFile;
        _world.Write("d/f", "new");
        string outside = _world.Folder.File("outside");
        Directory.CreateDirectory(outside);
        Directory.CreateDirectory(_world.Target);
        File.CreateSymbolicLink(Path.Combine(_world.Target, "d"), outside);

        await _world.MoveFilesAsync();

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Null(new DirectoryInfo(Path.Combine(_world.Target, "d")).LinkTarget);
        Assert.Equal("new", _world.Read("d/f"));
    }

    [Fact]
    public async Task Restore_WhileAnotherHasTheTarget_IsRefusedForNow()
    {
        _world.Write("f", "x");
        await using IDataRestore other = await _world.Files.RestoreAsync(new DataRestoreRequest("production", Guid.NewGuid().ToString("N")), Token);

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync());

        Assert.True(error.IsTransient);
        Assert.Contains("Somebody else is restoring", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AFileThatChangesWhileItIsRead_FailsAndMayBeTriedAgain()
    {
        string path = _world.Write("f", new string('x', 300_000));
        await using IDataCapture capture = await _world.Files.CaptureAsync(new DataCaptureRequest("staging", Guid.NewGuid().ToString("N")), Token);
        DataItem item = await capture.ListAsync(Token).SingleAsync(Token);
        await using Stream stream = await capture.OpenAsync(item, Token);
        await stream.ReadExactlyAsync(new byte[1000], Token);
        await File.AppendAllTextAsync(path, "y", Token);

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => stream.CopyToAsync(Stream.Null, Token));

        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task Migrate_AfterAFailureHalfWay_CopiesOnlyWhatIsMissing()
    {
        for (int i = 0; i < 20; i++)
            _world.Write($"f{i:D2}", $"{i}");
        _world.FilesOptions.Parallelism = 1;
        var broken = new FailingComponent(_world.Files) { FailAfter = 13 };
        var request = new DataMigrationRequest("staging", "production") { AllowIntoProduction = true };

        await Assert.ThrowsAsync<DataComponentException>(() => _world.Migrator(broken).MigrateAsync(request, null, Token));
        Assert.False(Directory.Exists(_world.Target));
        DataMigrationReport report = await _world.Migrator(_world.Files).MigrateAsync(request, null, Token);

        DataComponentReport files = Assert.Single(report.Components);
        Assert.True(files.IsResumed);
        Assert.False(files.IsNewSnapshot);
        Assert.Equal((7, 13), (files.Copied, files.Resumed));
        Assert.Equal(DataWorld.Tree(_world.Source), DataWorld.Tree(_world.Target));
        Assert.Empty(_world.Leftovers());
        Assert.Empty(await _world.State.ListAsync("data/items/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Migrate_AfterAFailure_WithDamageInWhatWasBuilt_CopiesThatAgainAndTakesNothingStale()
    {
        for (int i = 0; i < 20; i++)
            _world.Write($"f{i:D2}", $"content {i}");
        _world.FilesOptions.Parallelism = 1;
        var broken = new FailingComponent(_world.Files) { FailAfter = 19 };
        var request = new DataMigrationRequest("staging", "production") { AllowIntoProduction = true };
        await Assert.ThrowsAsync<DataComponentException>(() => _world.Migrator(broken).MigrateAsync(request, null, Token));
        string staged = Directory.EnumerateFiles(Path.GetDirectoryName(_world.Target)!, "f*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .First(f => f.Contains("varai-new", StringComparison.Ordinal));
        DateTime time = File.GetLastWriteTimeUtc(staged);
        await File.WriteAllTextAsync(staged, new string('?', (int)new FileInfo(staged).Length), Token);
        File.SetLastWriteTimeUtc(staged, time);
        File.Delete(Directory.EnumerateFiles(_world.Source).First(f => Path.GetFileName(f) != Path.GetFileName(staged)));

        DataMigrationReport report = await _world.Migrator(_world.Files).MigrateAsync(request, null, Token);

        Assert.Equal(DataWorld.Tree(_world.Source), DataWorld.Tree(_world.Target));
        Assert.True(report.Components[0].Copied >= 1);
    }

    [Fact]
    public async Task Migrate_Cancelled_LeavesTheTarget()
    {
        for (int i = 0; i < 50; i++)
            _world.Write($"f{i}", $"{i}");
        _world.Write("f1", "old", "production");
        List<string> before = DataWorld.Tree(_world.Target);
        using var stop = new CancellationTokenSource();
        _world.Options.ProgressInterval = TimeSpan.FromMilliseconds(1);
        var component = new FailingComponent(_world.Files) { FailAfter = 20, OnFailure = stop.Cancel };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.Migrator(component).MigrateAsync(
            new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, null, stop.Token));

        Assert.Equal(before, DataWorld.Tree(_world.Target));
    }

    [Fact]
    public async Task Migrate_AFileWhereTheTargetHasAFolder_NeedsPermissionToRemove()
    {
        _world.Write("x", "file");
        _world.Write("x/y", "inside", "production");

        await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync());
        Assert.Equal("inside", _world.Read("x/y"));
        _world.FilesOptions.MaximumDeletedShare = 1;
        await _world.MoveFilesAsync(delete: true);

        Assert.Equal("file", _world.Read("x"));
    }

    [Fact]
    public async Task Migrate_OnAFullDisk_LeavesTheTargetAndGoesOnWithRoom()
    {
        string disk = _world.Folder.File("disk");
        Directory.CreateDirectory(disk);

        // There is room for the bytes, but not for so many files, which nobody looks at before.
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ReadOnlyRun("mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=12", "tmpfs", disk), "needs the right to mount a small file system; run as root");
        try
        {
            _world.FilesOptions.Directory("production", Path.Combine(disk, "files"));
            Directory.CreateDirectory(Path.Combine(disk, "files"));
            await File.WriteAllTextAsync(Path.Combine(disk, "files", "old"), "old", Token);
            for (int i = 0; i < 10; i++)
                _world.Write($"f{i}", new string('x', 60_000));

            DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync());

            Assert.Contains("can't be written", error.Message, StringComparison.Ordinal);
            Assert.Equal(["old"], Directory.EnumerateFileSystemEntries(Path.Combine(disk, "files")).Select(Path.GetFileName));
            Assert.True(ReadOnlyRun("mount", "-o", "remount,nr_inodes=100", disk));
            DataComponentReport again = await _world.MoveFilesAsync();
            Assert.True(again.IsResumed);
            Assert.InRange(again.Resumed, 1, 9);
            Assert.Equal(11, Directory.EnumerateFiles(Path.Combine(disk, "files")).Count());
        }
        finally
        {
            Assert.True(ReadOnlyRun("umount", disk));
        }
    }

    [Fact]
    public async Task Migrate_WithoutRoomForTheFiles_WritesNothing_AndGoesWithRoom()
    {
        string disk = _world.Folder.File("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ReadOnlyRun("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk), "needs the right to mount a small file system; run as root");
        try
        {
            string target = Path.Combine(disk, "files");
            _world.FilesOptions.Directory("production", target);
            _world.Write("unchanged", new string('x', 300_000));
            await _world.MoveFilesAsync();
            string ballast = Path.Combine(disk, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[400_000], Token);
            for (int i = 0; i < 10; i++)
                _world.Write($"f{i}", new string('x', 60_000));

            DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync());

            Assert.Contains("its disk has no room for the 600000 bytes of the files that are to be copied", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("are missing. Nothing was written.", error.Message, StringComparison.Ordinal);
            Assert.True(error.IsTransient);
            Assert.Empty(Directory.EnumerateFiles(disk, "f?", SearchOption.AllDirectories));
            File.Delete(ballast);
            DataComponentReport again = await _world.MoveFilesAsync();
            Assert.Equal((10, 1), (again.Copied, again.Unchanged));
        }
        finally
        {
            Assert.True(ReadOnlyRun("umount", disk));
        }
    }

    // What is written into a file system that lies in a file on a full disk is taken, and refused when it is flushed. The system then
    // calls it durable, so that nothing of it may be used again.
    [Fact]
    public async Task Migrate_WhenFlushingFails_ReplacesNothing_AndCopiesAllAgain()
    {
        (string disk, string volume) = (_world.Folder.File("disk"), _world.Folder.File("volume"));
        Directory.CreateDirectory(disk);
        Directory.CreateDirectory(volume);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ReadOnlyRun("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk), "needs the right to mount a small file system; run as root");
        bool isMounted = false;
        try
        {
            string image = Path.Combine(disk, "image");
            await using (FileStream made = File.Create(image))
                made.SetLength(32 << 20);
            isMounted = ReadOnlyRun("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-N", "256", image) && ReadOnlyRun("mount", "-o", "loop", image, volume);
            Assert.SkipUnless(isMounted, "needs mkfs.ext4 and the right to mount a file as a disk");
            string target = Path.Combine(volume, "files");
            _world.FilesOptions.Directory("production", target);
            for (int round = 0; round < 2; round++)
            {
                WriteAll($"{round}");
                await _world.MoveFilesAsync();
            }

            string ballast = Path.Combine(disk, "ballast");
            Fill(ballast);
            WriteAll(new string('x', 200_000));

            DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => _world.MoveFilesAsync());

            Assert.Contains("The disk did not take the files", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("Nothing was replaced.", error.Message, StringComparison.Ordinal);
            Assert.All(Directory.EnumerateFiles(target), f => Assert.Equal("1", File.ReadAllText(f)));
            Assert.Empty(Directory.EnumerateFileSystemEntries(volume, ".files.varai-new-*"));
            File.Delete(ballast);
            DataComponentReport again = await _world.MoveFilesAsync();
            Assert.Equal((true, 10, 0), (again.IsResumed, again.Copied, again.Resumed));
            Assert.All(Directory.EnumerateFiles(target), f => Assert.Equal(200_000, new FileInfo(f).Length));
        }
        finally
        {
            if (isMounted)
                Assert.True(ReadOnlyRun("umount", volume));
            Assert.True(ReadOnlyRun("umount", disk));
        }

        void WriteAll(string content)
        {
            for (int i = 0; i < 10; i++)
                _world.Write($"f{i}", content);
        }
    }

    private static void Fill(string path)
    {
        using var ballast = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
                ballast.Write(page);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private static bool ReadOnlyRun(string command, params string[] arguments) => Varai.Tests.Configuration.Writing.ReadOnlyFolder.Run(command, arguments);
}
