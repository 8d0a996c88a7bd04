"""An OpenID Connect provider on this machine: authlib's own server, with the code flow, PKCE, a nonce and
signed identity tokens, as a school's login has them. Whoever comes chooses an account; there are no
passwords. ``claims`` and ``forged`` make it misbehave as an attacker would wish it to."""

from __future__ import annotations

import os
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, abort, jsonify, redirect, render_template_string, request
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

FORM = """<!doctype html><title>School</title><h1>Who are you?</h1>
<form method=post>{% for sub in people %}<button name=sub value={{ sub }}>{{ sub }}</button>{% endfor %}
</form>"""


@dataclass
class Client(ClientMixin):
    client_id: str
    secret: str
    redirect_uri: str

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(part for part in scope.split() if part in ("openid", "profile", "email"))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, self.secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """What was agreed on when an account was chosen; it is good for one exchange within a minute."""

    code: str
    sub: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    at: float = field(default_factory=time.time)

    def is_expired(self) -> bool:
        return time.time() - self.at > 60

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.at)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class Token(TokenMixin):
    sub: str
    scope: str
    ends: float

    def get_scope(self) -> str:
        return self.scope

    def is_expired(self) -> bool:
        return time.time() > self.ends

    def is_revoked(self) -> bool:
        return False


class Provider:
    """A provider at ``http://localhost:<port>`` with one client; use it in a ``with`` block.

    ``claims`` are put into every identity token in place of its own, ``forged`` signs them with a key that
    is not the provider's. ``exchanges`` counts codes that were changed for tokens.
    """

    def __init__(self, port: int, people: list[str], redirect_uri: str):
        self.issuer, self.people = f"http://localhost:{port}", people
        self.client = Client("word2vec", secrets.token_hex(16), redirect_uri)
        self.claims: dict[str, Any] = {}
        self.forged = False
        self.exchanges = 0
        self.requests: list[dict[str, str]] = []  # the parameters of each request to log in
        self._key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self._another = RSAKey.generate_key(2048, {"kid": self._key.kid, "alg": "RS256"})
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Token] = {}
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, as nobody listens on a loopback
        self._server = make_server("localhost", port, self._app(), threaded=True)

    def __enter__(self) -> Provider:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def secrets(self, name: str) -> str:
        """The section of Streamlit's secrets that names this provider."""
        return (
            f"[auth.{name}]\nclient_id = {self.client.client_id!r}\n"
            f"client_secret = {self.client.secret!r}\n"
            f'server_metadata_url = "{self.issuer}/.well-known/openid-configuration"\n'
        )

    def _app(self) -> Flask:
        app, provider = Flask(__name__), self
        server = AuthorizationServer(
            app,
            query_client=lambda id: self.client if id == self.client.client_id else None,
            save_token=self._save_token,
        )
        server.register_grant(
            self._code_grant(), [self._open_id()(require_nonce=True), CodeChallenge(required=True)]
        )
        protected = ResourceProtector()

        class Validator(BearerTokenValidator):
            def authenticate_token(self, token_string: str) -> Token | None:
                return provider._tokens.get(token_string)

        protected.register_token_validator(Validator())

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Response:
            return jsonify(
                issuer=self.issuer,
                authorization_endpoint=f"{self.issuer}/authorize",
                token_endpoint=f"{self.issuer}/token",
                userinfo_endpoint=f"{self.issuer}/userinfo",
                jwks_uri=f"{self.issuer}/jwks",
                end_session_endpoint=f"{self.issuer}/logout",
                response_types_supported=["code"],
                subject_types_supported=["public"],
                scopes_supported=["openid", "profile", "email"],
                code_challenge_methods_supported=["S256"],
                token_endpoint_auth_methods_supported=["client_secret_basic"],
                id_token_signing_alg_values_supported=["RS256"],
            )

        @app.get("/jwks")
        def jwks() -> Response:
            return jsonify(KeySet([self._key]).as_dict(private=False))

        @app.route("/authorize", methods=["GET", "POST"])
        def authorize() -> Any:
            grant = server.get_consent_grant()
            if request.method == "GET":
                self.requests.append(dict(request.args))
                return render_template_string(FORM, people=self.people)
            if request.form["sub"] not in self.people:
                abort(400)
            return server.create_authorization_response(grant_user=request.form["sub"], grant=grant)

        @app.post("/token")
        def token() -> Any:
            self.exchanges += 1
            return server.create_token_response()

        @app.get("/userinfo")
        @protected("openid")
        def userinfo() -> Response:
            return jsonify(sub=protected.current_token.sub)

        @app.get("/logout")
        def logout() -> Any:
            back = request.args.get("post_logout_redirect_uri")
            return redirect(back) if back == self.client.redirect_uri else abort(400)

        return app

    def _save_token(self, token: dict[str, Any], request: Any) -> None:
        self._tokens[token["access_token"]] = Token(
            request.user, token["scope"], time.time() + token["expires_in"]
        )

    def _code_grant(self) -> type[AuthorizationCodeGrant]:
        provider = self

        class Grant(AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

            def save_authorization_code(self, code: str, request: Any) -> None:
                asked = request.payload
                provider._codes[code] = Code(
                    code,
                    request.user,
                    asked.redirect_uri,
                    asked.scope,
                    asked.data.get("nonce"),
                    asked.data.get("code_challenge"),
                    asked.data.get("code_challenge_method"),
                )

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                found = provider._codes.get(code)
                return None if found is None or found.is_expired() else found

            def delete_authorization_code(self, authorization_code: Code) -> None:
                del provider._codes[authorization_code.code]

            def authenticate_user(self, authorization_code: Code) -> str:
                return authorization_code.sub

        return Grant

    def _open_id(self) -> type[OpenIDCode]:
        provider = self

        class OpenId(OpenIDCode):
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return any(code.nonce == nonce for code in provider._codes.values())

            def resolve_client_private_key(self, client: Client) -> RSAKey:
                return provider._another if provider.forged else provider._key

            def get_encode_header(self, client: Client) -> dict[str, str]:
                return {"alg": "RS256", "kid": provider._key.kid}

            def get_client_claims(self, client: Client) -> dict[str, Any]:
                return {"iss": provider.issuer}

            def generate_user_info(self, user: str, scope: str) -> UserInfo:
                info = {"sub": user, "name": user.title(), "email": f"{user}@school.example"}
                return UserInfo(**{**info, **provider.claims})

        return OpenId
