using System.Globalization;
using Baeum.Course;

namespace Baeum.Cli;

/// <summary>Everything the command line says, in Korean and English.</summary>
internal static class Messages
{
    internal static string Stopped => Pick("중단했습니다.", "Stopped.");

    internal static string Tagline => Pick("배움 — C#으로 배우는 딥러닝", "Baeum: learning deep learning in C#");

    internal static string ChapterCount(int count) => Pick($"지금 {count}개의 장이 있습니다.", count == 1 ? "There is one chapter." : $"There are {count} chapters.");

    internal static string StartHere => Pick("처음이라면", "Start here");

    internal static string Commands => Pick("명령", "Commands");

    /// <summary>A command and what it does, for the start page.</summary>
    internal static (string Call, string Meaning)[] Overview =>
    [
        ("list", Pick("장의 목록", "the chapters")),
        ("run ID", Pick("한 장을 실행", "run a chapter")),
        ("tokenize", Pick("글을 토큰으로", "a text's tokens")),
        ("verify DIR", Pick("PyTorch, NumPy 결과와 대조", "compare with PyTorch and NumPy")),
        ("bench", Pick("속도 측정", "measure the speed")),
        ("train-tokenizer", Pick("토크나이저 학습", "train a tokenizer")),
        ("info", Pick("버전, 프로세서, SIMD", "versions, processor, SIMD")),
        ("gallery", Pick("그림 모음(docs/gallery.md) 새로 만들기", "write docs/gallery.md anew")),
    ];

    internal static string MoreHelp => Pick("자세한 사용법: ./baeum run --help", "More about a command: ./baeum run --help");

    internal static string Time(double minutes) => minutes switch
    {
        < 1.0 / 60 => Pick("1초 미만", "under 1 s"),
        < 1 => Pick($"약 {Math.Round(minutes * 60)}초", $"about {Math.Round(minutes * 60)} s"),
        _ => Pick($"약 {Math.Round(minutes)}분", $"about {Math.Round(minutes)} min"),
    };

    internal static string RunOne => Pick("실행: ./baeum run ch1", "Run one: ./baeum run ch1");

    internal static string UnknownChapter(string id, IReadOnlyList<string> nearest) => Pick(
        $"그런 장은 없습니다: {id}.{Near(nearest)} 전체 목록: ./baeum list", $"There is no chapter '{id}'.{Near(nearest)} All of them: ./baeum list");

    internal static string UnknownCommand(string word, IReadOnlyList<string> nearest) => Pick(
        $"모르는 명령입니다: {word}.{Near(nearest)} 쓸 수 있는 명령: {string.Join(", ", CommandLine.CommandNames)}",
        $"There is no command '{word}'.{Near(nearest)} There are: {string.Join(", ", CommandLine.CommandNames)}");

    internal static string UnknownOption(string option, string? command, IReadOnlyList<string> nearest) => Pick(
        $"모르는 옵션입니다: {option}.{Near(nearest)}{(command is null ? "" : $" 사용법: ./baeum {command} --help")}",
        $"Unknown option: {option}.{Near(nearest)}{(command is null ? "" : $" See ./baeum {command} --help")}");

    internal static string TooMuch(string word, string command) => Pick(
        $"'{word}' 부분을 이해하지 못했습니다. {Usage(command)}", $"What is '{word}' for? {Usage(command)}");

    internal static string OptionValue(string option, string command, bool given) => given
        ? Pick($"{option}: 한 번만, 값 하나와 함께 써 주세요. {Usage(command)}", $"{option}: write it once, with one value. {Usage(command)}")
        : Pick($"{option} 뒤에 값이 필요합니다. {Usage(command)}", $"{option} needs a value. {Usage(command)}");

    internal static string Usage(string command) => Pick("사용법: ", "Usage: ") + command switch
    {
        "list" => "./baeum list [--json]",
        "run" => "./baeum run ID [--mode published|corrected|both] [--set name=value]... [--seed N] [--data FILE] [--out DIR] [--plot png|svg|text] [--no-plots] [--full] [--json] [--debug]",
        "tokenize" => "./baeum tokenize --model PATH TEXT [--json] [--debug]",
        "verify" => "./baeum verify DIR [--only GLOB] [--json] [--debug]",
        "bench" => "./baeum bench [--only GLOB] [--threads N] [--json]",
        "train-tokenizer" => "./baeum train-tokenizer FILE... [--type byte-bpe|bpe|wordpiece|unigram] [--vocab N] [--min-frequency N] [--lowercase] [--jamo] [--out DIR] [--debug]",
        "info" => "./baeum info [--json]",
        "gallery" => "./baeum gallery",
        _ => "./baeum [list | run ID | tokenize | verify DIR | bench | train-tokenizer FILE | info | gallery]",
    };

    /// <summary>A command's arguments and options and what they mean, for its help.</summary>
    internal static (string Option, string Meaning)[] Options(string command) => command switch
    {
        "list" => [("--json", Pick("JSON 배열로 출력", "as a JSON array"))],
        "run" =>
        [
            ("ID", Pick("장의 이름 (./baeum list)", "the chapter's name, see ./baeum list")),
            ("--mode M", Pick("published: 원본 그대로, corrected: 오류를 고친 판, both: 둘 다", "published: as the original; corrected: its error removed; both")),
            ("--set name=value", Pick("장에서 쓰는 값을 바꿈 (여러 번 가능)", "changes a value of the chapter; may be repeated")),
            ("--seed N", Pick("난수의 시드", "the seed of its random numbers")),
            ("--data FILE", Pick("장의 표 대신 쓸 CSV 파일", "a CSV file in place of the chapter's table")),
            ("--out DIR", Pick("그림을 저장할 폴더 (기본: out/ID)", "the folder for pictures (default: out/ID)")),
            ("--plot F", Pick("그림의 형식. png: 파일(기본), svg: 파일, text: 화면에 글자로", "png: files (default); svg: files; text: characters on the screen")),
            ("--no-plots", Pick("그림을 저장하지 않음", "writes no pictures")),
            ("--full", Pick("긴 형태: 실제 자료 전부, 긴 학습 (../shared/data가 있어야 함)", "the long form: all of the real data, long training (needs ../shared/data)")),
            ("--json", Pick("결과를 JSON 객체 하나로 출력", "prints one JSON object")),
            ("--debug", Pick("오류의 호출 스택을 보임", "shows an error's call stack")),
        ],
        "tokenize" =>
        [
            ("TEXT", Pick("글. -이면 표준 입력에서 읽음", "the text; -: from standard input")),
            ("--model PATH", Pick("모델 폴더, 또는 tokenizer.json, .model, vocab.txt, .tiktoken 파일", "a model's folder, or a file: tokenizer.json, .model, vocab.txt, .tiktoken")),
            ("--json", Pick("결과를 JSON 객체 하나로 출력", "prints one JSON object")),
            ("--debug", Pick("오류의 호출 스택을 보임", "shows an error's call stack")),
        ],
        "verify" =>
        [
            ("DIR", Pick("기준 값이 담긴 폴더", "the folder of figures")),
            ("--only GLOB", Pick("이름이 맞는 항목만. 예: 'core/*'", "only names that fit, such as 'core/*'")),
            ("--json", Pick("한 줄에 JSON 객체 하나씩 출력", "one JSON object a line")),
            ("--debug", Pick("오류의 호출 스택을 보임", "shows an error's call stack")),
        ],
        "bench" =>
        [
            ("--only GLOB", Pick("이름이 맞는 항목만. 예: 'gemm_*'", "only names that fit, such as 'gemm_*'")),
            ("--threads N", Pick("스레드 수 (기본: 코어 수)", "threads (default: all cores)")),
            ("--json", Pick("한 줄에 JSON 객체 하나씩 출력", "one JSON object a line")),
        ],
        "gallery" => [],
        "train-tokenizer" =>
        [
            ("FILE", Pick("UTF-8 글 파일. 한 줄이 글 하나", "text files in UTF-8; a line is a text")),
            ("--type T", Pick("byte-bpe: 바이트 단위 BPE(기본), bpe: 글자 단위 BPE, wordpiece, unigram", "byte-bpe: BPE of bytes (default); bpe: of characters; wordpiece; unigram")),
            ("--vocab N", Pick("어휘의 크기 (기본: 8000)", "how many tokens (default: 8000)")),
            ("--min-frequency N", Pick("이보다 드문 쌍은 병합하지 않음 (기본: 2)", "rarer pairs are not merged (default: 2)")),
            ("--lowercase", Pick("모두 소문자로 (wordpiece)", "all letters small (wordpiece)")),
            ("--jamo", Pick("한글 음절을 자모로 나누어 학습", "takes Hangul syllables apart into jamo")),
            ("--out DIR", Pick("tokenizer.json을 저장할 폴더 (기본: out/tokenizer)", "the folder for tokenizer.json (default: out/tokenizer)")),
            ("--debug", Pick("오류의 호출 스택을 보임", "shows an error's call stack")),
        ],
        _ => [("--json", Pick("JSON 객체로 출력", "as a JSON object"))],
    };

    internal static string NoTokenizer(string path) => Pick($"--model {path}: 그런 파일이나 폴더가 없습니다.", $"--model {path}: there is no such file or folder.");

    internal static string ThreadCount(string text) => Pick(
        $"--threads {text}: 1부터 1024까지의 정수를 써 주세요.", $"--threads {text}: write a whole number from 1 to 1024");

    internal static string NothingMatches(string glob, IReadOnlyList<string> nearest) => Pick(
        $"--only {glob}: 맞는 이름이 없습니다.{Near(nearest)}", $"--only {glob}: nothing has such a name.{Near(nearest)}");

    internal static string WorkloadSkipped(string name, string file) => Pick($"- {name}: 건너뜀, {file} 파일이 없습니다.", $"- {name}: skipped, there is no {file}.");

    internal static string TokenizerType(string type, IEnumerable<string> known, IReadOnlyList<string> nearest) => Pick(
        $"--type {type}: 모르는 종류입니다.{Near(nearest)} 쓸 수 있는 종류: {string.Join(", ", known)}", $"--type {type}: there is no such type.{Near(nearest)} There are: {string.Join(", ", known)}");

    internal static string NumberRange(string option, string text, long largest) => Pick(
        $"{option} {text}: 1부터 {largest}까지의 정수를 써 주세요.", $"{option} {text}: write a whole number from 1 to {largest}");

    internal static string NoTextFile(string file) => Pick($"{file} 파일이 없습니다.", $"There is no file {file}.");

    internal static string NotUtf8(string file, int line) => Pick($"{file}: {line}번째 줄이나 그 뒤가 UTF-8이 아닙니다.", $"{file}: line {line} or what follows it is not UTF-8.");

    internal static string CountingWords(long texts) => Pick($"낱말을 세는 중: {texts}줄", $"Counting words: {texts} lines");

    internal static string LearningTokens(long done, long total) => Pick($"학습 중: {done}/{total}", $"Learning: {done} of {total}");

    internal static string TokenizerTrained(int size, double seconds, string path) => Pick(
        string.Create(CultureInfo.InvariantCulture, $"어휘 {size}개, {seconds:0.0}초: {path}"), string.Create(CultureInfo.InvariantCulture, $"{size} tokens in {seconds:0.0} s: {path}"));

    internal static string NoVerifyFolder(string folder) => Pick($"{folder} 폴더가 없습니다.", $"There is no folder {folder}.");

    internal static string NoBooks(string folder) => Pick(
        $"{folder}에 대조할 파일(NAME.json)이 없습니다.", $"{folder} holds no figures to compare with (NAME.json).");

    internal static string BrokenBook(string file, string reason) => Pick($"{file}: 읽을 수 없습니다. {reason}", $"{file}: cannot be read: {reason}");

    internal static string NotKnownYet => Pick("아직 모르는 책", "not known yet");

    internal static string VerifySummary(int passed, int failed, int skipped) => Pick(
        $"일치 {passed}개, 불일치 {failed}개, 건너뜀 {skipped}개", $"{passed} passed, {failed} failed, {skipped} skipped");

    internal static string WithoutPicture(IReadOnlyList<string> chapters) => Pick($"그림이 없는 장: {string.Join(", ", chapters)}", $"Without a picture: {string.Join(", ", chapters)}");

    internal static string System => Pick("운영체제", "System");

    internal static string Processor => Pick("프로세서", "Processor");

    internal static string Threads => Pick("스레드", "Threads");

    internal static string PeakProducts => Pick("최대 연산 (GFLOP/s)", "Peak GFLOP/s");

    internal static string PeakProductsOne => Pick("  스레드 하나", "  on one thread");

    internal static string PeakRead => Pick("최대 읽기 (GB/s)", "Peak read GB/s");

    internal static string Unknown => Pick("알 수 없음", "unknown");

    private static string Near(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : Pick($" 비슷한 이름: {string.Join(", ", names)}.", $" Did you mean {string.Join(", ", names)}?");

    private static string Pick(string korean, string english) => UserLanguage.Pick(korean, english);
}
