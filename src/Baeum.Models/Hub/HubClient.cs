using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baeum.Models;

/// <summary>How far a download has come.</summary>
/// <param name="File">The file's name in the repository.</param>
/// <param name="Done">Bytes that are here.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record HubProgress(string File, long Done, long Total);

/// <summary>
/// Downloads models from the Hugging Face hub, or from a server that speaks as it does, into the cache that Python shares. Broken downloads
/// go on where they ended, and contents are checked against their hashes.
/// </summary>
public sealed class HubClient : IDisposable
{
    private const int MostTries = 4, FilesAtOnce = 4, MostFiles = 10_000, MostAnswerBytes = 64 << 20;

    // configuration, tokenizer and weights; not the same weights for other programs
    private static readonly string[] Wanted = [".json", ".txt", ".model", ".safetensors", ".bin", ".bpe", ".tiktoken", ".jinja"];

    private readonly HttpClient http;
    private readonly string endpoint, cacheRoot;
    private readonly bool isOffline;
    private readonly TimeSpan patience;

    /// <summary>A client; what is not given comes from the environment as in Python: HF_ENDPOINT, HF_TOKEN or the saved token, HF_HUB_CACHE or HF_HOME, HF_HUB_OFFLINE.</summary>
    /// <param name="endpoint">The server's address.</param>
    /// <param name="token">The user's token.</param>
    /// <param name="cacheFolder">Where models lie.</param>
    /// <param name="isOffline">Whether only what is in the cache may be used.</param>
    /// <param name="patience">How long to wait before the first new try; doubles with each.</param>
    public HubClient(string? endpoint = null, string? token = null, string? cacheFolder = null, bool? isOffline = null, TimeSpan? patience = null)
    {
        this.endpoint = (endpoint ?? HubCache.Variable("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/');
        this.isOffline = isOffline ?? HubCache.Variable("HF_HUB_OFFLINE") is "1" or "true" or "TRUE" or "ON" or "YES";
        this.patience = patience ?? TimeSpan.FromSeconds(1);
        cacheRoot = cacheFolder ?? HubCache.DefaultRoot();
        // redirects are followed by hand: the hash stands in the first answer, and the token must not leave the server
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) }) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("baeum", "0.1"));
        Token = token ?? HubCache.Variable("HF_TOKEN") ?? SavedToken();
    }

    private string? Token { get; }

    /// <summary>Makes a model be in the cache.</summary>
    /// <param name="repository">OWNER/NAME.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="include">Which files besides the usual ones; null: configuration, tokenizer and weights.</param>
    /// <param name="progress">Told how far each file is.</param>
    /// <param name="cancellation">Ends the download; what is there stays and is used by the next.</param>
    /// <returns>The folder with the model's files.</returns>
    /// <exception cref="ModelException">It cannot be had; the message says why and what would help.</exception>
    public async Task<string> DownloadAsync(string repository, string revision = "main", Func<string, bool>? include = null, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check(repository, revision);
        var cache = new HubCache(cacheRoot, repository);
        if (isOffline) return Cached(cache, revision) ?? throw new ModelException($"{repository}: it is not in the cache ({cacheRoot}), and HF_HUB_OFFLINE forbids to ask the server.");
        JsonNode about;
        try
        {
            about = await AskAsync(repository, revision, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (Cached(cache, revision) is { } folder)
        {
            // without a network, what was downloaded before is better than nothing
            return folder;
        }
        catch (HttpRequestException error)
        {
            throw new ModelException($"{repository}: {endpoint} cannot be reached ({error.Message}), and the model is not in the cache ({cacheRoot}).", error);
        }
        string commit = about["sha"]?.GetValue<string>() ?? "";
        if (!HubCache.IsCommit(commit)) throw new ModelException($"{repository}: the server's answer names no commit.");
        string[] files = Choose(repository, about, include);
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation },
            async (file, stop) => await FetchAsync(cache, repository, commit, file, progress, stop).ConfigureAwait(false)).ConfigureAwait(false);
        cache.Remember(revision, commit);
        return cache.Snapshot(commit);
    }

    /// <summary>The folder of a model: a folder is itself; OWNER/NAME is what is in the cache, else it is downloaded.</summary>
    /// <param name="folderOrRepository">The one or the other.</param>
    /// <param name="progress">Told how far a download is.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="ModelException">It is neither.</exception>
    public static string Resolve(string folderOrRepository, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folderOrRepository);
        if (Directory.Exists(folderOrRepository) || !IsRepository(folderOrRepository)) return folderOrRepository;
        if (Cached(new HubCache(HubCache.DefaultRoot(), folderOrRepository), "main") is { } folder) return folder;
        using var client = new HubClient();
        return client.DownloadAsync(folderOrRepository, progress: progress, cancellation: cancellation).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string? Cached(HubCache cache, string revision) => cache.Commit(revision) is { } commit ? cache.Snapshot(commit) : null;

    private static string? SavedToken()
    {
        string path = HubCache.Variable("HF_TOKEN_PATH") ?? Path.Combine(HubCache.Home(), "token");
        return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
    }

    private static bool IsRepository(string name) => name.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } own] && owner[0] != '.' && own[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.');

    private static void Check(string repository, string revision)
    {
        ArgumentException.ThrowIfNullOrEmpty(repository);
        ArgumentException.ThrowIfNullOrEmpty(revision);
        if (!IsRepository(repository)) throw new ModelException($"'{repository}' is no name of a model on the hub; one looks like OWNER/NAME.");
        if (!IsSafe(revision)) throw new ModelException($"'{revision}' is no revision; it is a branch, a tag or a commit.");
    }

    /// <summary>Whether a name stays inside the folder it is put into, on every system.</summary>
    private static bool IsSafe(string file) => file.Length is > 0 and < 1000 && file.Split('/').All(part => part.Length > 0 && part is not ("." or "..") && part.IndexOfAny(['\\', ':', '\0']) < 0);

    private static string[] Choose(string repository, JsonNode about, Func<string, bool>? include)
    {
        string[] all = [.. (about["siblings"] as JsonArray ?? []).Select(entry => entry?["rfilename"]?.GetValue<string>() ?? "")];
        if (all.Length > MostFiles || all.FirstOrDefault(file => !IsSafe(file)) is not null) throw new ModelException($"{repository}: the server names {all.Length} files, some of which must not be written.");
        bool hasSafetensors = all.Any(file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        string[] files = include is not null ? [.. all.Where(include)]
            : [.. all.Where(file => Array.Exists(Wanted, end => file.EndsWith(end, StringComparison.Ordinal)) && !(hasSafetensors && file.EndsWith(".bin", StringComparison.Ordinal)) && !file.StartsWith("onnx/", StringComparison.Ordinal) && !file.StartsWith("openvino/", StringComparison.Ordinal))];
        return files.Length > 0 ? files : throw new ModelException($"{repository}: none of its {all.Length} files is wanted.");
    }

    private async Task<JsonNode> AskAsync(string repository, string revision, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, $"{endpoint}/api/models/{repository}/revision/{Uri.EscapeDataString(revision)}", null, repository, cancellation).ConfigureAwait(false);
        Refuse(answer, repository, $"revision {revision}");
        await answer.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellation).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)) as JsonObject ?? throw new ModelException($"{repository}: the server's answer is no JSON object.");
        }
        catch (JsonException error)
        {
            throw new ModelException($"{repository}: the server's answer is no JSON: {error.Message}", error);
        }
    }

    private async Task FetchAsync(HubCache cache, string repository, string commit, string file, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        string url = $"{endpoint}/{repository}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}";
        string etag;
        long size;
        string source = url;
        using (HttpResponseMessage head = await SendAsync(HttpMethod.Head, url, null, repository, cancellation).ConfigureAwait(false))
        {
            if ((int)head.StatusCode is < 300 or >= 400) Refuse(head, repository, file);
            etag = (Header(head, "X-Linked-Etag") ?? head.Headers.ETag?.Tag ?? Header(head, "ETag") ?? "").Replace("W/", "", StringComparison.Ordinal).Trim('"');
            size = long.TryParse(Header(head, "X-Linked-Size"), out long linked) ? linked : head.Content.Headers.ContentLength ?? -1;
            if (head.Headers.Location is { } location) source = new Uri(new Uri(url), location).ToString();
        }
        if (etag.Length is < 8 or > 128 || !etag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw new ModelException($"{repository}: the server gives no usable hash for {file}.");
        string blob = cache.Blob(etag);
        if (!File.Exists(blob)) await FillAsync(blob, source, repository, file, etag, size, progress, cancellation).ConfigureAwait(false);
        cache.Link(commit, file, etag);
        progress?.Report(new HubProgress(file, Math.Max(0, size), Math.Max(0, size)));
    }

    /// <summary>Downloads into a file beside the blob, from where an earlier download ended, and makes it the blob when its hash is right.</summary>
    private async Task FillAsync(string blob, string source, string repository, string file, string etag, long size, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        string part = blob + ".incomplete";
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(part, source, repository, file, size, progress, cancellation).ConfigureAwait(false);
                long length = new FileInfo(part).Length;
                if (size >= 0 && length < size) throw new IOException($"it ended after {length} of {size} bytes");
                if (size >= 0 && length > size || !await IsRightAsync(part, etag, cancellation).ConfigureAwait(false))
                {
                    File.Delete(part);
                    throw new InvalidDataException("its contents are not what the server's hash says");
                }
                File.Move(part, blob, overwrite: true);
                return;
            }
            catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException && attempt < MostTries && !IsFull(error))
            {
                await Task.Delay(patience * (1 << (attempt - 1)), cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException)
            {
                throw new ModelException($"{repository}: {file} cannot be downloaded: {error.Message}. What is here stays, and the next try goes on from there.", error);
            }
        }
    }

    private async Task AppendAsync(string part, string source, string repository, string file, long size, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1 << 16);
        long done = target.Seek(0, SeekOrigin.End);
        if (size >= 0 && done >= size) return;
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, source, done, repository, cancellation).ConfigureAwait(false);
        Refuse(answer, repository, file);
        // a server that ignores the range sends all
        if (answer.StatusCode != HttpStatusCode.PartialContent) target.SetLength(done = 0);
        using Stream stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            done += read;
            if (size >= 0 && done > size) break;
            progress?.Report(new HubProgress(file, done, size));
        }
    }

    /// <summary>Large files have the SHA-256 of their contents as hash, others git's SHA-1; other hashes cannot be checked.</summary>
    private static async Task<bool> IsRightAsync(string path, string etag, CancellationToken cancellation)
    {
        if (etag.Length is not (40 or 64) || !etag.All(char.IsAsciiHexDigit)) return true;
        using FileStream stream = File.OpenRead(path);
        if (etag.Length == 64) return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false)) == etag;
#pragma warning disable CA5350 // git names contents by SHA-1
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {stream.Length}\0")));
        var buffer = new byte[1 << 16];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;) hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == etag;
    }

    /// <summary>Sends a request; a server that is busy (429) or troubled (5xx) is asked again after the time it names, or ever longer ones.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, long? from, string repository, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            HttpResponseMessage answer = await FollowAsync(method, url, from, cancellation).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests && (int)answer.StatusCode < 500) return answer;
            if (attempt == MostTries)
            {
                using (answer) throw new ModelException($"{repository}: the server answers {(int)answer.StatusCode} {answer.ReasonPhrase} after {MostTries} tries; try again later.");
            }
            TimeSpan wait = answer.Headers.RetryAfter?.Delta ?? patience * (1 << (attempt - 1));
            answer.Dispose();
            await Task.Delay(wait < TimeSpan.FromMinutes(1) ? wait : TimeSpan.FromMinutes(1), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpMethod method, string url, long? from, CancellationToken cancellation)
    {
        for (int hop = 0; ; hop++)
        {
            using var request = new HttpRequestMessage(method, url);
            if (Token is not null && Host(url) == Host(endpoint)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            bool isAway = (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is not null;
            // a large file's hash stands in the answer that sends elsewhere
            if (!isAway || hop == 8 || method == HttpMethod.Head && answer.Headers.Contains("X-Linked-Etag")) return answer;
            url = new Uri(new Uri(url), answer.Headers.Location!).ToString();
            answer.Dispose();
        }
    }

    private static string Host(string url) => new Uri(url).Authority;

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static bool IsFull(Exception error) => error is IOException && (error.HResult & 0xffff) is 0x70 or 28;

    private void Refuse(HttpResponseMessage answer, string repository, string what)
    {
        if (answer.IsSuccessStatusCode) return;
        throw new ModelException((int)answer.StatusCode switch
        {
            401 => $"{repository}: the server asks who you are, or there is no such model{(Token is null ? "; set HF_TOKEN to your token" : "; the token in use is not accepted")}.",
            403 => $"{repository}: the server refuses {what}: accept the model's terms on its page, and use a token that may read it.",
            404 => $"{repository}: there is no {what} on {endpoint}.",
            var code => $"{repository}: the server answers {code} {answer.ReasonPhrase} for {what}.",
        });
    }
}
