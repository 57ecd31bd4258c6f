using System.Globalization;

namespace Baeum;

/// <summary>
/// Checkpoints in a folder, one folder each: written under a temporary name and renamed when complete, so that a process that is killed
/// at any moment leaves the checkpoints before it as they were.
/// </summary>
internal sealed class CheckpointStore(string folder, int kept)
{
    private const string Prefix = "step-", Temporary = ".tmp";

    internal Action<string>? BeforeOperation { get; init; }

    internal string? Newest => Names().FirstOrDefault();

    /// <summary>Writes a checkpoint and deletes those that are too old.</summary>
    internal void Save(int step, int epoch, Action<string> write)
    {
        string target = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}-{epoch:D6}"));
        BeforeOperation?.Invoke("clean");
        RemoveTemporaries();
        Write(target, write);
        foreach (string old in Names().Skip(Math.Max(1, kept)).ToArray()) Retire(old);
    }

    /// <summary>Fills a folder that appears complete or not at all.</summary>
    private void Write(string target, Action<string> write)
    {
        string temporary = TemporaryName(target);
        BeforeOperation?.Invoke("create");
        Directory.CreateDirectory(temporary);
        BeforeOperation?.Invoke("write");
        write(temporary);
        // the name is taken only where a damaged checkpoint was passed over
        if (Directory.Exists(target)) Retire(target);
        BeforeOperation?.Invoke("rename");
        Directory.Move(temporary, target);
    }

    /// <summary>Deletes a checkpoint; one that is half deleted must not look like one.</summary>
    private void Retire(string path)
    {
        string doomed = TemporaryName(path);
        BeforeOperation?.Invoke("retire");
        Directory.Move(path, doomed);
        BeforeOperation?.Invoke("delete");
        Directory.Delete(doomed, recursive: true);
    }

    private static string TemporaryName(string path) => $"{path}.{Guid.NewGuid():N}{Temporary}";

    /// <summary>Reads the newest checkpoint; one that is damaged gives way to the one before. Null if there is none at all.</summary>
    internal T? LoadNewest<T>(Func<string, T> read) where T : class
    {
        CheckpointException? failure = null;
        foreach (string path in Names())
        {
            try
            {
                return read(path);
            }
            catch (CheckpointException error)
            {
                failure ??= error;
            }
            catch (IOException error)
            {
                failure ??= new CheckpointException($"The checkpoint '{path}' cannot be read: {error.Message}", error);
            }
        }
        return failure is null ? null : throw failure;
    }

    private IEnumerable<string> Names() => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateDirectories(folder, Prefix + "*").Where(path => !path.EndsWith(Temporary, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal);

    private void RemoveTemporaries()
    {
        if (!Directory.Exists(folder)) return;
        foreach (string path in Directory.EnumerateDirectories(folder, Prefix + "*" + Temporary).ToArray()) Directory.Delete(path, recursive: true);
    }
}
