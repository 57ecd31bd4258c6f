namespace Baeum.Models;

/// <summary>
/// Where downloaded models lie, laid out as Python's huggingface_hub does it, so that both share them: <c>blobs</c> holds contents by their
/// hash, <c>snapshots/COMMIT</c> the files of a revision as links to them, <c>refs/NAME</c> the commit of a branch or tag.
/// </summary>
internal sealed class HubCache(string root, string repository)
{
    private readonly string folder = Path.Combine(root, "models--" + repository.Replace("/", "--", StringComparison.Ordinal));

    /// <summary>The folder that the environment names (HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME), else the one in the user's home.</summary>
    internal static string DefaultRoot()
    {
        if (Variable("HF_HUB_CACHE") is { } cache) return cache;
        return Path.Combine(Home(), "hub");
    }

    /// <summary>The folder of Hugging Face's programs, where the token lies too.</summary>
    internal static string Home()
    {
        if (Variable("HF_HOME") is { } home) return home;
        string caches = Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "huggingface");
    }

    internal static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    internal string Blob(string etag) => Path.Combine(folder, "blobs", etag);

    internal string Snapshot(string commit) => Path.Combine(folder, "snapshots", commit);

    /// <summary>The commit that a branch or tag had when it was last asked for; a commit is its own; null: never asked.</summary>
    internal string? Commit(string revision)
    {
        if (IsCommit(revision)) return Directory.Exists(Snapshot(revision)) ? revision : null;
        string reference = Path.Combine(folder, "refs", revision);
        return File.Exists(reference) && File.ReadAllText(reference).Trim() is var commit && IsCommit(commit) && Directory.Exists(Snapshot(commit)) ? commit : null;
    }

    internal void Remember(string revision, string commit)
    {
        if (!IsCommit(revision)) AtomicFile.WriteText(Path.Combine(folder, "refs", revision), commit);
    }

    /// <summary>Lets a file of a snapshot point to its contents; where links are not allowed it is a copy.</summary>
    internal void Link(string commit, string file, string etag)
    {
        string path = Path.Combine([Snapshot(commit), .. file.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path)) return;
        string target = Path.GetRelativePath(Path.GetDirectoryName(path)!, Blob(etag));
        try
        {
            // a link whose target is gone exists for the file system but not for File.Exists
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Copy(Blob(etag), path, overwrite: true);
        }
    }

    internal static bool IsCommit(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);
}
